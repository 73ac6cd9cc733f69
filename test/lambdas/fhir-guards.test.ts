import { describe, expect, it } from 'vitest'
import type { FhirPolicy } from '#core/registry/registry.ts'
import type { Session } from '#core/session/session-store.ts'
import { type Call, type Fhir, fhirJson, givenFhirDoor, outcome } from './given-fhir-door.ts'

const FHIR_JSON = { 'Content-Type': 'application/fhir+json' }

/** `GET Patient/1?a=b`, or with a body. */
function callOf(line: string, body?: unknown): Call {
  const [method = '', path = ''] = line.split(' ')
  return {
    method,
    path: `/${path}`,
    ...(body !== undefined && { headers: FHIR_JSON, body: JSON.stringify(body) }),
  }
}

const batchOf = (...lines: readonly string[]) => ({
  resourceType: 'Bundle',
  type: 'batch',
  entry: lines.map((line) => {
    const [method, url] = line.split(' ')
    return { request: { method, url } }
  }),
})

const given = (fhirPolicy: FhirPolicy, session: Partial<Session> = {}, fhir?: Fhir) =>
  givenFhirDoor({ connection: { fhirPolicy }, session, ...(fhir && { fhir }) })

/** Whether a request passes, and that nothing was sent of one that does not. */
async function verdict(door: Awaited<ReturnType<typeof given>>, call: Call) {
  const before = door.ehr.fhirRequests.length
  const { statusCode, text } = await door.ask(call)
  const sent = door.ehr.fhirRequests.length - before
  if (statusCode === 403) expect({ sent, text }).toMatchObject({ sent: 0 })
  return statusCode === 403 ? 'refused' : 'passes'
}

describe('a connection’s policy', () => {
  it('asks for nothing unless it is told to', async () => {
    const door = await givenFhirDoor({ session: { scopes: [] } })
    expect(await verdict(door, callOf('DELETE Observation/1'))).toBe('passes')
    expect(await verdict(door, callOf('GET Patient/another'))).toBe('passes')
  })

  it.each([
    ['GET Patient/1', undefined, 'passes'],
    ['POST Patient/_search', undefined, 'passes'],
    ['POST Patient/1/$validate', { resourceType: 'Parameters' }, 'passes'],
    ['POST ', batchOf('GET Patient/1', 'GET Observation?a=1'), 'passes'],
    ['POST Patient', { resourceType: 'Patient' }, 'refused'],
    ['PUT Patient/1', { resourceType: 'Patient' }, 'refused'],
    ['PATCH Patient/1', { resourceType: 'Parameters' }, 'refused'],
    ['DELETE Patient/1', undefined, 'refused'],
    ['POST Patient/1/$made-up', undefined, 'refused'],
    ['POST ', batchOf('GET Patient/1', 'DELETE Observation/1'), 'refused'],
  ])('of reading only: %s of %j %s', async (line, body, expected) => {
    expect(await verdict(await given({ readOnly: true }), callOf(line, body))).toBe(expected)
  })

  it.each([
    ['GET Observation/1', undefined, 'passes'],
    ['GET Observation/1/_history/2', undefined, 'passes'],
    ['GET metadata', undefined, 'passes'],
    ['GET Patient/pat-1/Observation', undefined, 'passes'],
    ['GET Observation/$lastn', undefined, 'passes'],
    ['GET Condition/1', undefined, 'refused'],
    ['GET Patient/pat-1/Condition', undefined, 'refused'],
    ['GET Encounter/1/Observation', undefined, 'refused'],
    ['GET Patient/pat-1/*', undefined, 'refused'],
    ['GET Observation?_include=Observation:encounter', undefined, 'refused'],
    ['GET _history', undefined, 'refused'],
    ['GET Patient/pat-1/$everything', undefined, 'refused'],
    ['GET Condition/$lastn', undefined, 'refused'],
    ['POST ', batchOf('GET Observation/1', 'GET Condition/1'), 'refused'],
  ])('of types and operations: %s of %j %s', async (line, body, expected) => {
    const door = await given({ resourceTypes: ['Patient', 'Observation'], operations: ['$lastn'] })
    expect(await verdict(door, callOf(line, body))).toBe(expected)
  })

  it.each([
    ['patient/Observation.read', 'GET Observation/1', 'passes'],
    ['patient/Observation.read', 'GET Observation?code=a', 'passes'],
    ['patient/*.read', 'GET Patient/1/$everything', 'passes'],
    ['user/Observation.write', 'DELETE Observation/1', 'passes'],
    ['patient/*.*', 'GET Observation?_include=Observation:subject', 'passes'],
    ['patient/Observation.rs', 'GET Observation/1', 'passes'],
    ['patient/Observation.r patient/Observation.s', 'GET Observation/1/_history', 'passes'],
    ['patient/Observation.s?category=lab', 'GET Observation?category=lab&date=2020', 'passes'],
    ['patient/Observation.rs?category=lab&code=a', 'GET Observation?code=a&category=lab', 'passes'],
    ['patient/Observation.read', 'GET Condition/1', 'refused'],
    ['patient/Observation.read', 'DELETE Observation/1', 'refused'],
    ['patient/Observation.r', 'GET Observation?code=a', 'refused'],
    ['patient/Observation.rs', 'GET Observation?_include=Observation:subject', 'refused'],
    ['patient/Observation.rs', 'GET Patient/1/$everything', 'refused'],
    ['patient/Observation.d', 'DELETE Observation?code=a', 'refused'],
    ['patient/Observation.rs?category=lab', 'GET Observation?category=vital', 'refused'],
    ['patient/Observation.rs?category=lab', 'GET Observation?date=2020', 'refused'],
    ['patient/Observation.rs?category=lab', 'GET Observation/1', 'refused'],
    ['patient/Observation.rs?category=lab&code=a', 'GET Observation?category=lab', 'refused'],
    ['openid fhirUser launch/patient', 'GET Patient/1', 'refused'],
  ])('of granted scopes: with %s, %s %s', async (granted, line, expected) => {
    const door = await given({ enforceScopes: true }, { scopes: granted.split(' ') })
    expect(await verdict(door, callOf(line))).toBe(expected)
    const [method = '', url = ''] = line.split(' ')
    const inBatch = callOf('POST ', batchOf(`${method} ${url}`))
    expect(await verdict(door, inBatch)).toBe(expected)
  })
})

describe('the patient guard', () => {
  it.each([
    ['GET Patient/pat-1', undefined, 'passes'],
    ['GET Observation?patient=pat-1', undefined, 'passes'],
    ['GET Observation?subject=Patient/pat-1', undefined, 'passes'],
    ['GET Practitioner/pat-2', undefined, 'passes'],
    ['POST Observation', { subject: { reference: 'Patient/pat-1' } }, 'passes'],
    ['GET Patient/pat-2', undefined, 'refused'],
    ['GET Patient/pat-2/_history', undefined, 'refused'],
    ['GET Patient/pat-2/$everything', undefined, 'refused'],
    ['GET Patient/pat-2/Observation', undefined, 'refused'],
    ['GET Patient?_id=pat-1,pat-2', undefined, 'refused'],
    ['GET Observation?patient=pat-2', undefined, 'refused'],
    ['GET Observation?subject:Patient=pat-2', undefined, 'refused'],
    ['GET Observation?subject=https://ehr.example/fhir/Patient/pat-2', undefined, 'refused'],
    ['POST Observation', { subject: { reference: 'Patient/pat-2' } }, 'refused'],
    ['PUT Patient/pat-2', { resourceType: 'Patient', id: 'pat-2' }, 'refused'],
    ['POST ', batchOf('GET Patient/pat-1', 'GET Patient/pat-2'), 'refused'],
  ])('in a session with a patient: %s of %j %s', async (line, body, expected) => {
    expect(await verdict(await given({ patientGuard: true }), callOf(line, body))).toBe(expected)
  })

  const answering =
    (resource: unknown): Fhir =>
    (_, response) =>
      fhirJson(response, resource)
  const about = (id: string) => ({
    resourceType: 'Condition',
    subject: { reference: `Patient/${id}` },
  })
  const bundle = (...resources: readonly unknown[]) => ({
    resourceType: 'Bundle',
    type: 'searchset',
    entry: resources.map((resource) => ({ resource })),
  })

  it.each([
    [200, about('pat-1')],
    [200, bundle({ resourceType: 'Practitioner', id: 'pat-2' }, about('pat-1'))],
    [
      200,
      {
        resourceType: 'Appointment',
        participant: [
          { actor: { reference: 'Patient/pat-1' } },
          { actor: { reference: 'Patient/pat-2' } },
        ],
      },
    ],
    [403, about('pat-2')],
    [403, { resourceType: 'Patient', id: 'pat-2' }],
    [403, bundle(about('pat-1'), about('pat-2'))],
    [
      403,
      bundle(
        bundle({ resourceType: 'Coverage', beneficiary: { reference: 'https://x/Patient/pat-2' } }),
      ),
    ],
    [403, { resourceType: 'Parameters', parameter: [{ resource: about('pat-2') }] }],
    [
      403,
      { resourceType: 'Appointment', participant: [{ actor: { reference: 'Patient/pat-2' } }] },
    ],
  ])('answers %i where the EHR answers %j', async (statusCode, resource) => {
    const door = await given({ patientGuard: true }, {}, answering(resource))
    const answer = await door.ask({ path: '/Condition/1' })
    expect(answer.statusCode).toBe(statusCode)
    if (statusCode === 403) expect(answer.text).not.toContain('pat-2')
  })

  it('guards nobody in a session without a patient', async () => {
    const door = await givenFhirDoor({
      connection: { fhirPolicy: { patientGuard: true } },
      fhir: answering(about('pat-2')),
      withoutPatient: true,
    })
    expect(await door.ask({ path: '/Patient/pat-2' })).toMatchObject({ statusCode: 200 })
  })
})

describe('X-Sallyport-Expect-Patient', () => {
  it.each(['pat-1', 'Patient/pat-1'])('lets %s pass, who is the session’s', async (expected) => {
    const { ask } = await givenFhirDoor()
    const headers = { 'X-Sallyport-Expect-Patient': expected }
    expect(await ask({ headers })).toMatchObject({ statusCode: 200 })
  })

  it.each(['pat-2', 'Patient/pat-2', 'pat-1 ,pat-2', ''])(
    'stops a request for %j before anything is sent',
    async (expected) => {
      const { ask, ehr } = await givenFhirDoor()
      const headers = { 'X-Sallyport-Expect-Patient': expected }
      expect(await ask({ headers })).toMatchObject({ statusCode: 412, json: outcome('conflict') })
      expect(ehr.fhirRequests).toEqual([])
    },
  )

  it('stops a request in a session without a patient', async () => {
    const { ask } = await givenFhirDoor({ withoutPatient: true })
    const headers = { 'X-Sallyport-Expect-Patient': 'pat-1' }
    expect(await ask({ headers })).toMatchObject({ statusCode: 412 })
  })
})
