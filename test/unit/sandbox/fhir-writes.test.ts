import type { Observation } from '@medplum/fhirtypes'
import { describe, expect, it } from 'vitest'
import { asJson, givenFhir } from './given-fhir.ts'

const { ehr, setup } = await givenFhir()

describe('write', () => {
  const observation = {
    resourceType: 'Observation',
    status: 'final',
    code: { text: 'Mood' },
    subject: { reference: 'Patient/rosa-delgado' },
  }

  it('creates, changes and deletes, and keeps each version', async () => {
    const { request, accessToken } = await setup()
    const created = await request('Observation', asJson('POST', observation))
    const { id, meta } = created.body as Observation
    const location = `${created.headers.get('location')}`
    const changed = await request(
      `Observation/${id}`,
      asJson('PUT', { ...(created.body as object), status: 'amended' }),
    )
    const before = await request(location)
    const deleted = await fetch(`${ehr.fhirBaseUrl}/Observation/${id}`, {
      method: 'DELETE',
      headers: { authorization: `Bearer ${accessToken}` },
    })

    expect(created.status).toBe(201)
    expect(location).toBe(`${ehr.fhirBaseUrl}/Observation/${id}/_history/${meta?.versionId}`)
    expect(created.headers.get('etag')).toBe(`W/"${meta?.versionId}"`)
    expect(changed.body).toMatchObject({ status: 'amended' })
    expect(changed.headers.get('etag')).not.toBe(created.headers.get('etag'))
    expect(before.body).toEqual(created.body)
    expect(deleted.status).toBe(200)
    expect((await request(`Observation/${id}`)).status).toBe(404)
  })

  it('on a condition creates once, and shows nothing of another patient’s', async () => {
    const { request } = await setup()
    const { request: elsewhere } = await setup('launch user/*.cruds')
    const identifier = [{ system: 'urn:test', value: 'once' }]
    const conditional = (resource: object): RequestInit => ({
      ...asJson('POST', { ...resource, identifier }),
      headers: {
        'content-type': 'application/fhir+json',
        'if-none-exist': 'identifier=urn%3Atest%7Conce',
      },
    })
    const [one, other] = await Promise.all(
      [1, 2].map(() => request('Observation', conditional(observation))),
    )
    expect([one?.status, other?.status].toSorted()).toEqual([200, 201])
    expect(one?.body).toEqual(other?.body)

    const id = (one?.body as Observation | undefined)?.id
    await elsewhere(
      `Observation/${id}`,
      asJson('PUT', {
        ...observation,
        id,
        identifier,
        subject: { reference: 'Patient/amara-osei' },
      }),
    )
    expect((await request('Observation', conditional(observation))).status).toBe(403)
  })

  it('patches, by the version that was read, within the launch’s patient', async () => {
    const { request } = await setup()
    const { body } = await request('Observation', asJson('POST', observation))
    const { id, meta } = body as Observation
    const patch = (operation: object, version = meta?.versionId) =>
      request(`Observation/${id}`, {
        method: 'PATCH',
        body: JSON.stringify([operation]),
        headers: {
          'content-type': 'application/json-patch+json',
          'if-match': `W/"${version}"`,
        },
      })
    const status = { op: 'replace', path: '/status', value: 'amended' }
    const subject = { op: 'replace', path: '/subject/reference', value: 'Patient/amara-osei' }

    expect((await patch(status, 'stale')).status).toBe(412)
    expect((await patch(subject)).status).toBe(403)
    expect((await patch({ op: 'remove', path: '/code' })).status).toBe(400)
    expect((await patch({ op: 'remove', path: '/nothing' })).status).toBe(422)
    const patched = await patch(status)
    expect(patched).toMatchObject({ status: 200, body: { status: 'amended' } })
    expect((await patch(status)).status).toBe(412)
  })

  it('is refused for another patient', async () => {
    const { request } = await setup()
    const elsewhere = { ...observation, subject: { reference: 'Patient/amara-osei' } }

    expect((await request('Observation', asJson('POST', elsewhere))).status).toBe(403)
  })

  it('is refused where the version has moved on', async () => {
    const { request } = await setup()
    const { body } = await request('Patient/rosa-delgado')
    const stale = asJson('PUT', body)

    const refused = await request('Patient/rosa-delgado', {
      ...stale,
      headers: { ...stale.headers, 'if-match': 'W/"stale"' },
    })
    expect(refused.status).toBe(412)
  })

  it.each([
    ['no status', { status: undefined }, 'Observation.status'],
    ['an element that there is not', { mood: 'good' }, 'Observation.mood'],
    ['another type', { resourceType: 'Condition' }, undefined],
  ])('of what is not valid FHIR is a 400 that says where: %s', async (_what, change, where) => {
    const { request } = await setup()
    const refused = await request('Observation', asJson('POST', { ...observation, ...change }))

    expect(refused.status).toBe(400)
    expect(refused.body).toMatchObject({
      resourceType: 'OperationOutcome',
      issue: [{ severity: 'error', ...(where && { expression: [where] }) }],
    })
  })

  it('by the id that it is to have creates, where there is none', async () => {
    const { request } = await setup()
    const put = () => request('Observation/mood-1', asJson('PUT', { ...observation, id: 'mood-1' }))

    expect((await put()).status).toBe(201)
    expect((await put()).status).toBe(200)
  })

  it('of what is not JSON is a 400', async () => {
    const { request } = await setup()

    expect((await request('Observation', { method: 'POST', body: '{' })).status).toBe(400)
  })
})
