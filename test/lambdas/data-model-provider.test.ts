import { describe, expect, it } from 'vitest'
import { ADA, aMessage, fhirJson, givenDataModelDoor } from './given-data-model-door.ts'

const doctor = (n: number, family = 'Brandt') => ({
  resourceType: 'Practitioner',
  id: `dr-${n}`,
  identifier: [{ system: 'http://hl7.org/fhir/sid/us-npi', value: `12345678${n}` }],
  name: [{ family }],
})

const ask = aMessage('Provider', 'ProviderQuery', {
  Provider: { Demographics: { LastName: 'Brandt' } },
})

const numbers = (length: number) => Array.from({ length }, (_, n) => n)

const told = ({ Providers }: { readonly Providers: readonly object[] }) => Providers.length

describe('Provider ProviderQuery', () => {
  it('looks for providers, and for their roles, on every page', async () => {
    const others = numbers(5).map((n) => doctor(n, 'Other'))
    const roles = numbers(5).map((n) => ({
      resourceType: 'PractitionerRole',
      id: `role-${n}`,
      practitioner: { reference: n < 4 ? 'Practitioner/dr-1' : 'Practitioner/dr-9' },
      specialty: [{ text: `Specialty ${n}` }],
    }))
    const { post } = await givenDataModelDoor({
      resources: [ADA, ...others, doctor(9), ...roles],
      pageSize: 2,
    })
    const { json } = await post(ask)

    expect(json.Meta).not.toHaveProperty('IsIncomplete')
    expect(json.Providers).toMatchObject([
      { Identifiers: [{ ID: '123456789' }], Roles: [{ Specialties: [{}] }] },
    ])
    expect(json.Providers[0].Roles).toHaveLength(1)
  })

  it('tells twenty, and that there are more', async () => {
    const twenty = await givenDataModelDoor({ resources: numbers(20).map((n) => doctor(n)) })
    const one = (await twenty.post(ask)).json
    expect(told(one)).toBe(20)
    expect(one.Meta).not.toHaveProperty('IsIncomplete')

    const more = await givenDataModelDoor({ resources: numbers(21).map((n) => doctor(n)) })
    const other = (await more.post(ask)).json
    expect(told(other)).toBe(20)
    expect(other.Meta.IsIncomplete).toBe(true)
  })

  it('stops where pages lead in a circle, and tells nobody twice', async () => {
    const { post, asked } = await givenDataModelDoor({
      answers: {
        Practitioner: (url, response) =>
          fhirJson(response, {
            resourceType: 'Bundle',
            link: [{ relation: 'next', url: url.href }],
            entry: [{ resource: doctor(1) }],
          }),
      },
    })
    const { json } = await post(ask)

    expect(told(json)).toBe(1)
    expect(json.Meta.IsIncomplete).toBe(true)
    expect(asked.filter((one) => one.startsWith('Practitioner?'))).toHaveLength(2)
  })

  it('names what the EHR did not give: the providers, or their roles', async () => {
    const nobody = await givenDataModelDoor({
      answers: { Practitioner: (_, response) => fhirJson(response, {}, 400) },
    })
    expect(await nobody.post(ask)).toMatchObject({
      statusCode: 200,
      json: {
        Providers: [],
        Meta: { Errors: [{ Text: expect.stringMatching(/^Providers lacks .* status 400/) }] },
      },
    })
    const withoutRoles = await givenDataModelDoor({
      resources: [doctor(1)],
      answers: { PractitionerRole: (_, response) => void response.end('<html>') },
    })
    const { json } = await withoutRoles.post(ask)
    expect(told(json)).toBe(1)
    expect(json.Meta.Errors).toMatchObject([{ Text: expect.stringMatching(/^Roles lacks/) }])
  })
})
