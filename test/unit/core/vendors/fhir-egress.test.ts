import { describe, expect, it } from 'vitest'
import { fhirEgress } from '#core/vendors/fhir-egress.ts'
import type { VendorChoice } from '#core/vendors/profile-of.ts'

async function sent(choice: VendorChoice, members?: Readonly<Record<string, unknown>>) {
  let request: Request | undefined
  const egress = fhirEgress(
    async (url, init) => {
      request = new Request(url, init)
      return new Response()
    },
    choice,
    members,
  )
  await egress('https://ehr.example/fhir/Patient?name=a%20b', {
    headers: { accept: 'application/fhir+json', authorization: 'Bearer at' },
  })
  if (!request) throw new Error('nothing was sent')
  return { url: request.url, headers: Object.fromEntries(request.headers) }
}

describe('fhirEgress', () => {
  it('leaves a request as it is where the vendor wants nothing', async () => {
    expect(await sent({})).toEqual({
      url: 'https://ehr.example/fhir/Patient?name=a%20b',
      headers: { accept: 'application/fhir+json', authorization: 'Bearer at' },
    })
  })

  it('adds what the vendor wants, members of the token response put in', async () => {
    const { url } = await sent({ vendor: 'athenahealth' }, { ah_practice: 'a-1.Practice-8' })

    expect(new URL(url).searchParams.get('ah-practice')).toBe('Organization/a-1.Practice-8')
    expect(new URL(url).searchParams.get('name')).toBe('a b')
  })

  it('replaces a header that the vendor wants otherwise, and never the token', async () => {
    const fhirHeaders = { accept: 'application/json+fhir', Authorization: 'Basic x' }

    expect((await sent({ vendorOverrides: { fhirHeaders } })).headers).toEqual({
      accept: 'application/json+fhir',
      authorization: 'Bearer at',
    })
  })

  it.each([undefined, {}, { ah_practice: 7 }, { ah_practice: 'a\r\nb' }, { ah_practice: '' }])(
    'adds nothing half: members %j',
    async (members) => {
      expect((await sent({ vendor: 'athenahealth' }, members)).url).not.toMatch(/ah-practice/)
    },
  )
})
