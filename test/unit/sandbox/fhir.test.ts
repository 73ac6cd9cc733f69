import type { Bundle, CapabilityStatement, Observation, OperationOutcome } from '@medplum/fhirtypes'
import { describe, expect, it, onTestFinished, vi } from 'vitest'
import { asJson, givenFhir } from './given-fhir.ts'

const { ehr, setup } = await givenFhir()

describe('access', () => {
  it.each([
    ['without a token', undefined],
    ['with an unknown one', 'Bearer unknown'],
  ])('is refused with 401 %s', async (_how, authorization) => {
    const response = await fetch(`${ehr.fhirBaseUrl}/Patient/rosa-delgado`, {
      headers: { ...(authorization && { authorization }) },
    })

    expect(response.status).toBe(401)
    expect(response.headers.get('www-authenticate')).toContain('Bearer')
    expect((await response.json()) as OperationOutcome).toMatchObject({
      resourceType: 'OperationOutcome',
      issue: [{ code: 'login' }],
    })
  })

  it('ends with the token, sixty seconds after its issue', async () => {
    onTestFinished(() => void vi.useRealTimers())
    const { request } = await setup()
    vi.setSystemTime(Date.now() + 58_000)
    expect((await request('Patient/rosa-delgado')).status).toBe(200)
    vi.setSystemTime(Date.now() + 2_000)
    const late = await request('Patient/rosa-delgado')

    expect(late.status).toBe(401)
    expect(late.headers.get('www-authenticate')).toContain('error="invalid_token"')
  })

  it('reaches the launch’s patient and no other', async () => {
    const { request } = await setup()

    expect((await request('Patient/rosa-delgado')).status).toBe(200)
    expect((await request('Patient/walter-lindqvist')).status).toBe(403)
    expect((await request('Observation/walter-lindqvist-0-blood-pressure')).status).toBe(403)
    expect((await request('DocumentReference/walter-lindqvist-14-11488-4')).status).toBe(403)
    expect((await request('Immunization/walter-lindqvist-140-0')).status).toBe(403)
    expect((await request('Appointment/walter-lindqvist-next')).status).toBe(403)
    expect((await request('Patient')).body).toMatchObject({ total: 1 })
    expect((await request('Observation?patient=walter-lindqvist')).body).toMatchObject({ total: 0 })
  })

  it('reaches everybody by a user scope', async () => {
    const { request } = await setup('launch user/*.rs')

    expect((await request('Patient')).body).toMatchObject({ total: 10 })
  })

  it.each([
    ['search', 'patient/*.r', 'Observation', 'GET'],
    ['read', 'patient/*.s', 'Patient/rosa-delgado', 'GET'],
    ['another type', 'patient/Observation.rs', 'Condition?patient=rosa-delgado', 'GET'],
    ['create', 'patient/*.rs', 'Observation', 'POST'],
    ['update', 'patient/*.read', 'Patient/rosa-delgado', 'PUT'],
    ['delete', 'patient/*.cru', 'Patient/rosa-delgado', 'DELETE'],
  ])('to %s needs the scope for it', async (_what, scope, path, method) => {
    const { request } = await setup(`launch ${scope}`)
    const refused = await request(path, method === 'GET' ? {} : asJson(method, {}))

    expect(refused.status).toBe(403)
    expect(refused.body).toMatchObject({ issue: [{ code: 'forbidden' }] })
  })

  it('never shows an included resource out of scope', async () => {
    const { request } = await setup('launch patient/Observation.rs')
    const { body } = await request('Observation?_include=Observation:subject&_count=3')

    const types = (body as Bundle).entry?.map(({ resource }) => resource?.resourceType)
    expect(types).toEqual(['Observation', 'Observation', 'Observation'])
  })
})

describe('read', () => {
  it('answers FHIR JSON with the version in its headers', async () => {
    const { request } = await setup()
    const { headers, body } = await request('Patient/rosa-delgado')

    expect(headers.get('content-type')).toContain('application/fhir+json')
    expect(headers.get('etag')).toMatch(/^W\/".+"$/)
    expect(Date.parse(headers.get('last-modified') ?? '')).not.toBeNaN()
    expect(body).toMatchObject({
      identifier: [{ value: '4821907' }],
      name: [{ family: 'Delgado' }],
    })
  })

  it.each(['Patient/nobody', 'Nonsense/1'])('of %s is a 404', async (path) => {
    const { request } = await setup()
    const missing = await request(path)

    expect(missing.status).toBe(404)
    expect(missing.body).toMatchObject({ resourceType: 'OperationOutcome' })
  })

  it.each(['', '_history', 'Patient/rosa-delgado/_history', '$export'])(
    'of “%s” is refused, as it is more than this server does',
    async (path) => {
      const { request } = await setup()

      expect((await request(path)).body).toMatchObject({ resourceType: 'OperationOutcome' })
    },
  )

  it('of a practitioner shows an NPI', async () => {
    const { request } = await setup()

    expect((await request('Practitioner/helen-brandt')).body).toMatchObject({
      identifier: [{ system: 'http://hl7.org/fhir/sid/us-npi', value: '1234567893' }],
    })
  })
})

describe('search', () => {
  it('finds the same by GET and by POST', async () => {
    const { request } = await setup()
    const query = 'patient=rosa-delgado&category=laboratory&_sort=-date'
    const got = await request(`Observation?${query}`)
    const posted = await request('Observation/_search', {
      method: 'POST',
      body: new URLSearchParams(query),
    })

    expect(got.body).toMatchObject({ resourceType: 'Bundle', type: 'searchset', total: 12 })
    expect(posted.body).toEqual(got.body)
  })

  it('sorts by date, newest first', async () => {
    const { request } = await setup()
    const { body } = await request('Observation?patient=rosa-delgado&_sort=-date&_count=100')
    const dates = (body as Bundle<Observation>).entry?.map(
      ({ resource }) => `${resource?.effectiveDateTime}`,
    )

    expect(dates?.length).toBeGreaterThan(12)
    expect(dates).toEqual(dates?.toSorted().toReversed())
  })

  it('finds by code, with and without its system', async () => {
    const { request } = await setup()

    for (const code of ['4548-4', encodeURIComponent('http://loinc.org|4548-4')]) {
      expect((await request(`Observation?code=${code}`)).body).toMatchObject({ total: 3 })
    }
  })

  it('pages by absolute links until all have been seen once', async () => {
    const { request } = await setup()
    const pages: Bundle[] = []
    const ids: unknown[] = []
    for (let next = 'Observation?patient=rosa-delgado&_count=10'; next; ) {
      const { body } = await request(next)
      const bundle = body as Bundle
      pages.push(bundle)
      ids.push(...(bundle.entry ?? []).map(({ resource }) => resource?.id))
      next = bundle.link?.find(({ relation }) => relation === 'next')?.url ?? ''
      if (next) expect(next).toContain(`${ehr.fhirBaseUrl}/Observation?`)
    }

    expect(pages.length).toBe(3)
    expect(new Set(ids).size).toBe(pages[0]?.total)
    expect(pages[1]?.link?.map(({ relation }) => relation)).toEqual(['self', 'previous', 'next'])
  })

  it('gives each match an absolute fullUrl', async () => {
    const { request } = await setup()
    const { body } = await request('Condition?patient=rosa-delgado&_count=1')

    expect(body).toMatchObject({
      entry: [{ fullUrl: expect.stringContaining(`${ehr.fhirBaseUrl}/Condition/`) }],
    })
  })

  it.each([
    ['Encounter', 3],
    ['Appointment', 1],
    ['ServiceRequest', 4],
    ['DiagnosticReport', 3],
    ['Condition', 2],
    ['AllergyIntolerance', 1],
    ['MedicationRequest', 2],
    ['Immunization', 2],
    ['DocumentReference', 1],
  ])('finds the patient’s %s and nobody else’s', async (type, total) => {
    const { request } = await setup()

    for (const query of ['', '?patient=Patient/rosa-delgado']) {
      expect((await request(type + query)).body).toMatchObject({ total })
    }
  })

  it.each([
    ['a note by its kind', 'DocumentReference?type=http://loinc.org|11506-3', 1],
    ['no note of another kind', 'DocumentReference?type=http://loinc.org|18842-5', 0],
    ['a dose by its vaccine', 'Immunization?vaccine-code=http://hl7.org/fhir/sid/cvx|187', 1],
    ['no dose of another vaccine', 'Immunization?vaccine-code=http://hl7.org/fhir/sid/cvx|03', 0],
    ['the next visit by its time', `Appointment?date=ge${new Date().toISOString()}`, 1],
    ['no visit before now', `Appointment?date=lt${new Date().toISOString()}`, 0],
    ['a visit by its number', 'Appointment?identifier=A-rosa-delgado', 1],
    ['what is still ordered', 'ServiceRequest?status=active', 1],
    ['a dose by its date', 'Immunization?date=lt2023', 1],
  ])('finds %s', async (_what, query, total) => {
    const { request } = await setup()

    expect((await request(query)).body).toMatchObject({ total })
  })
})

describe('metadata', () => {
  it('is a CapabilityStatement that names the SMART endpoints, to anybody', async () => {
    const response = await fetch(`${ehr.fhirBaseUrl}/metadata`)
    const statement = (await response.json()) as CapabilityStatement

    expect(statement).toMatchObject({ resourceType: 'CapabilityStatement', fhirVersion: '4.0.1' })
    expect(JSON.stringify(statement.rest?.[0]?.security)).toContain(`${ehr.issuer}/token`)
  })
})
