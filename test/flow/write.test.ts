import type { ServerResponse } from 'node:http'
import { afterAll, describe, expect, it } from 'vitest'
import { plainBrowser } from '../support/browser.ts'
import type { FhirRequestSeen } from '../support/fake-ehr.ts'
import { givenBroker } from './given-broker.ts'

/** Answers writes as FHIR servers do: 201 with where it is, 200 with the resource, 204. */
function writableEhr({ method, url, headers, body }: FhirRequestSeen, response: ServerResponse) {
  const base = `http://${headers.host}/fhir`
  if (url.includes('/hang-up')) return response.destroy()
  if (url.endsWith('/Basic')) {
    const head = { location: `${base}/Basic/1`, 'content-type': 'text/html' }
    return response.writeHead(201, head).end('<h1>Created</h1>')
  }
  if (method === 'POST') {
    const location = `${base}/Observation/new-1/_history/1`
    return response.writeHead(201, { location, etag: 'W/"1"', 'content-length': '0' }).end()
  }
  if (method === 'DELETE') return response.writeHead(204).end()
  return response.writeHead(200, { 'content-type': 'application/fhir+json' }).end(body || '{}')
}

const broker = await givenBroker({ ehr: { fhir: writableEhr } })
const { message } = await broker.signOn(plainBrowser())
const session = message.body.Meta.SessionID
const JSON_BODY = { 'content-type': 'application/fhir+json' }
afterAll(() => broker.close())

/** An Observation of so many bytes. */
function observation(bytes: number): string {
  const empty = JSON.stringify({ resourceType: 'Observation', note: [{ text: '' }] })
  return empty.replace('""', `"${'x'.repeat(bytes - empty.length)}"`)
}

describe('a write through the door', () => {
  it('creates, and says where on our base, without the session', async () => {
    const body = JSON.stringify({ resourceType: 'Observation', status: 'final' })

    const answer = await broker.fhir('/Observation', {
      session,
      method: 'POST',
      body,
      headers: { ...JSON_BODY, 'if-none-exist': 'identifier=a', prefer: 'return=minimal' },
    })

    expect(answer.status).toBe(201)
    expect(answer.headers.get('location')).toBe(`${broker.fhirBase}/Observation/new-1/_history/1`)
    expect(answer.headers.get('etag')).toBe('W/"1"')
    expect(await answer.text()).toBe('')
    const records = broker.logLines().filter((line) => line.includes('"AuditEvent"'))
    expect(JSON.parse(records.at(-1) ?? '{}')).toMatchObject({
      action: 'C',
      entity: [{}, { what: { reference: 'Observation/new-1' } }],
    })
    expect(broker.ehr.fhirRequests.at(-1)).toMatchObject({
      method: 'POST',
      url: '/fhir/Observation',
      body,
      headers: {
        'content-type': 'application/fhir+json',
        'if-none-exist': 'identifier=a',
        prefer: 'return=minimal',
      },
    })
  })

  it('updates with If-Match, patches, and deletes', async () => {
    const body = JSON.stringify({ resourceType: 'Patient', id: 'pat-1' })
    const call = (method: string, more: object) =>
      broker.fhir('/Patient/pat-1', { session, method, ...more })

    const updated = await call('PUT', { body, headers: { ...JSON_BODY, 'if-match': 'W/"1"' } })
    const patched = await call('PATCH', {
      body: '[]',
      headers: { 'content-type': 'application/json-patch+json' },
    })
    const deleted = await call('DELETE', {})

    expect([updated.status, patched.status, deleted.status]).toEqual([200, 200, 204])
    expect(await updated.text()).toBe(body)
    const [put, patch, remove] = broker.ehr.fhirRequests.slice(-3)
    expect(put).toMatchObject({ method: 'PUT', body, headers: { 'if-match': 'W/"1"' } })
    expect(patch?.headers['content-type']).toBe('application/json-patch+json')
    expect(remove).toMatchObject({ method: 'DELETE', url: '/fhir/Patient/pat-1', body: '' })
  })

  it('is sent once, also when the EHR hangs up', async () => {
    const before = broker.ehr.fhirRequests.length

    const answer = await broker.fhir('/Observation/hang-up', {
      session,
      method: 'PUT',
      body: '{}',
      headers: JSON_BODY,
    })

    expect(answer.status).toBe(502)
    expect(JSON.stringify(await answer.json())).toMatch(/check before repeating a write/)
    expect(broker.ehr.fhirRequests).toHaveLength(before + 1)
  })

  it('may have 4 MB, and is told the limit above it', async () => {
    const create = async (bytes: number) =>
      broker.fhir('/Observation', {
        session,
        method: 'POST',
        body: observation(bytes),
        headers: JSON_BODY,
      })

    expect((await create(4_000_000)).status).toBe(201)
    expect(broker.ehr.fhirRequests.at(-1)?.body).toHaveLength(4_000_000)
    const tooLarge = await create(5_000_000)

    expect(tooLarge.status).toBe(413)
    expect(await tooLarge.json()).toMatchObject({
      resourceType: 'OperationOutcome',
      issue: [{ code: 'too-long', details: { text: expect.stringContaining('4.4 MB') } }],
    })
  })

  it('is of one resource: one of a whole type reaches no EHR', async () => {
    const before = broker.ehr.fhirRequests.length

    const answer = await broker.fhir('/Patient?_format=json', { session, method: 'DELETE' })

    expect(answer.status).toBe(405)
    expect(answer.headers.get('allow')).toBe('GET, HEAD, POST')
    expect(broker.ehr.fhirRequests).toHaveLength(before)
  })

  it('is passed on as done, whatever words the EHR has for that', async () => {
    const answer = await broker.fhir('/Basic', {
      session,
      method: 'POST',
      body: '{"resourceType":"Basic"}',
      headers: JSON_BODY,
    })

    expect(answer.status).toBe(201)
    expect(answer.headers.get('location')).toBe(`${broker.fhirBase}/Basic/1`)
    expect(await answer.text()).toBe('')
  })

  it('is JSON', async () => {
    const answer = await broker.fhir('/Patient/pat-1', {
      session,
      method: 'PUT',
      body: '<Patient/>',
      headers: { 'content-type': 'application/fhir+xml' },
    })

    expect(answer.status).toBe(415)
  })
})
