import { describe, expect, it } from 'vitest'
import { anAppToken, type Fhir, fhirJson, givenFhirDoor } from './given-fhir-door.ts'

const FHIR_JSON = { 'Content-Type': 'application/fhir+json' }
const created: Fhir = ({ headers }, response) =>
  void response
    .writeHead(201, { location: `http://${headers.host}/fhir/Observation/new-1/_history/1` })
    .end()

const extension = (name: string, value: unknown) => ({
  url: `urn:sallyport:audit:${name}`,
  ...(value as object),
})

describe('the audit trail', () => {
  it('has one record of a read: who, what, of whom, with what outcome, how much', async () => {
    const { ask, audit, launched } = await givenFhirDoor()
    const { text } = await ask({ path: '/Observation/obs-1?_elements=code' })
    expect(audit.records).toEqual([
      {
        resourceType: 'AuditEvent',
        id: 'reference-1',
        type: { system: 'http://terminology.hl7.org/CodeSystem/audit-event-type', code: 'rest' },
        subtype: [{ system: 'http://hl7.org/fhir/restful-interaction', code: 'read' }],
        action: 'R',
        recorded: '2026-01-01T00:00:00.000Z',
        outcome: '0',
        agent: [
          { type: { text: 'app' }, who: { identifier: { value: 'heartline' } }, requestor: true },
          {
            type: { text: 'session' },
            who: { identifier: { value: launched.id } },
            requestor: false,
          },
        ],
        source: { observer: { display: 'Sallyport' }, site: 'general-production' },
        entity: [
          { what: { reference: 'Patient/pat-1' }, role: { code: '1', display: 'Patient' } },
          {
            what: { reference: 'Observation/obs-1', type: 'Observation' },
            role: { code: '4', display: 'Domain Resource' },
            description: 'GET read',
          },
        ],
        extension: [
          extension('method', { valueCode: 'GET' }),
          extension('status', { valueInteger: 200 }),
          extension('bytes', { valueInteger: Buffer.byteLength(text) }),
          extension('duration-ms', { valueInteger: 0 }),
        ],
      },
    ])
  })

  it.each([
    ['GET', '/Observation?patient=pat-1', 'search-type', 'E', { type: 'Observation' }],
    ['GET', '/Patient/pat-1/Observation', 'search-type', 'E', { type: 'Observation' }],
    [
      'DELETE',
      '/Observation/1',
      'delete',
      'D',
      { reference: 'Observation/1', type: 'Observation' },
    ],
    [
      'GET',
      '/Patient/pat-1/$everything',
      'operation',
      'E',
      { reference: 'Patient/pat-1', type: 'Patient' },
    ],
  ])('names of %s %s the interaction and its subject', async (method, path, code, action, what) => {
    const { ask, audit } = await givenFhirDoor()
    await ask({ method, path })
    expect(audit.records).toMatchObject([{ subtype: [{ code }], action, entity: [{}, { what }] }])
  })

  it('names what was created by its new id', async () => {
    const { ask, audit } = await givenFhirDoor({ fhir: created })
    await ask({ method: 'POST', path: '/Observation', headers: FHIR_JSON, body: '{}' })
    expect(audit.records).toMatchObject([
      { action: 'C', entity: [{}, { what: { reference: 'Observation/new-1' } }] },
    ])
  })

  it('names each entry of a batch', async () => {
    const { ask, audit } = await givenFhirDoor()
    const entry = ['Patient/pat-1', 'Observation/7'].map((url) => ({
      request: { method: 'GET', url },
    }))
    const body = JSON.stringify({ resourceType: 'Bundle', type: 'batch', entry })
    await ask({ method: 'POST', path: '/', headers: FHIR_JSON, body })
    expect(audit.records).toMatchObject([
      {
        subtype: [{ code: 'batch' }],
        entity: [
          {},
          { what: { reference: 'Patient/pat-1' } },
          { what: { reference: 'Observation/7' } },
        ],
      },
    ])
  })

  it.each([
    ['no token', { token: undefined }, '4', 'token_missing', 'unknown'],
    ['an unknown session', { sessionIds: ['unknown'] }, '4', 'session_over', 'heartline'],
    ['a path that climbs out', { path: '/Patient/..' }, '4', 'fhir_path_invalid', 'unknown'],
  ])('has a record of a request with %s too', async (_, call, outcome, outcomeDesc, app) => {
    const { ask, audit } = await givenFhirDoor()
    await ask(call)
    expect(audit.records).toMatchObject([
      { outcome, outcomeDesc, agent: [{ who: { identifier: { value: app } } }] },
    ])
  })

  it('says of an answer that was cut off that it failed, and how far it came', async () => {
    const { call, audit } = await givenFhirDoor({
      fhir: (_, response) => {
        const head = { 'content-type': 'application/fhir+json', 'content-length': 900_000 }
        response.writeHead(200, head)
        response.write('{"resourceType":"Patient",', () => response.destroy())
      },
    })
    const answer = await call()
    answer.body.resume().on('error', () => undefined)
    await expect(answer.returned).rejects.toThrow()
    expect(audit.records).toMatchObject([
      {
        outcome: '8',
        extension: expect.arrayContaining([extension('bytes', { valueInteger: 26 })]),
      },
    ])
  })

  it('holds no content, no query, no token and no SessionID', async () => {
    const fhir: Fhir = (_, response) =>
      fhirJson(response, { resourceType: 'Patient', name: 'canary-name' })
    const { ask, audit, sessionId } = await givenFhirDoor({ fhir })
    const token = await anAppToken()
    await ask({ path: '/Patient?family=canary-query', token })
    await ask({ path: '/Patient/pat-1', headers: { 'X-Request-Id': 'canary-header' }, token })
    await ask({
      method: 'PUT',
      path: '/Patient/pat-1',
      headers: FHIR_JSON,
      body: '{"a":"canary-body"}',
      token,
    })
    expect(audit.records).toHaveLength(3)
    const text = JSON.stringify(audit.records)
    for (const secret of ['canary', sessionId, token, 'ehr-token'])
      expect(text).not.toContain(secret)
  })
})
