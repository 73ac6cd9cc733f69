import { describe, expect, it } from 'vitest'
import { ADA, aMessage, givenDataModelDoor, type Resource } from './given-data-model-door.ts'

const Patient = { Identifiers: [{ ID: 'pat-1', IDType: 'FHIR' }] }

const appointment = (id: string, ...patients: readonly string[]): Resource => ({
  resourceType: 'Appointment',
  id,
  status: 'booked',
  start: '2026-12-01T15:00:00Z',
  meta: { versionId: '3' },
  identifier: [{ value: `A-${id}` }],
  participant: patients.map((one) => ({ actor: { reference: `Patient/${one}` } })),
})

const STRANGERS_VISIT = {
  resourceType: 'Encounter',
  id: 'enc-2',
  status: 'in-progress',
  identifier: [{ value: 'V-2' }],
  subject: { reference: 'Patient/pat-2' },
}

/** An EHR that knows no parameter: all that it has of a type, to whoever asks. */
const RESOURCES = [
  ADA,
  appointment('own', 'pat-1'),
  appointment('another', 'pat-2'),
  appointment('both', 'pat-1', 'pat-2'),
  STRANGERS_VISIT,
]

function ignorant(resources: readonly Resource[]) {
  const types = ['Appointment', 'Encounter']
  return Object.fromEntries(
    types.map((type) => [
      type,
      (_: URL, response: { end(text: string): void }) =>
        response.end(
          JSON.stringify({
            resourceType: 'Bundle',
            entry: resources
              .filter(({ resourceType }) => resourceType === type)
              .map((resource) => ({ resource })),
          }),
        ),
    ]),
  )
}

const setup = (more: Parameters<typeof givenDataModelDoor>[0] = {}) =>
  givenDataModelDoor({ resources: RESOURCES, answers: ignorant(RESOURCES), ...more })

const cancel = (VisitNumber: string) =>
  aMessage('Scheduling', 'Cancel', {
    Visit: { VisitNumber, VisitDateTime: '2026-12-01T15:00:00Z' },
  })

const flowsheet = (members: Resource = {}) =>
  aMessage('Flowsheet', 'New', {
    Patient,
    Observations: [
      { DateTime: '2026-10-02T09:00:00Z', Code: '8867-4', Value: '71', ValueType: 'Numeric' },
    ],
    ...members,
  })

describe('an appointment', () => {
  it('is told only where nobody else’s is told with it', async () => {
    const { post } = await setup()
    const { json } = await post(
      aMessage('Scheduling', 'Booked', {
        StartDateTime: '2026-12-01',
        Visit: { Patients: [Patient] },
      }),
    )

    expect(json.Visits.map(({ VisitNumber }: Resource) => VisitNumber)).toEqual(['A-own'])
    expect(json.Meta.Errors).toMatchObject([{ Text: expect.stringContaining('lacks 2 of') }])
  })

  it.each(['A-another', 'A-both', 'another'])(
    'of another patient is not called off: %s',
    async (number) => {
      const { post, writes } = await setup()

      expect((await post(cancel(number))).statusCode).toBe(404)
      expect(writes).toEqual([])
    },
  )

  it('that has changed since it was read is not called off, and that is said', async () => {
    const { post, writes } = await setup({ onWrite: () => 412 })
    const { statusCode, json } = await post(cancel('A-own'))

    expect(writes[0]?.headers['if-match']).toBe('W/"3"')
    expect(statusCode).toBe(502)
    expect(json.Meta.Errors[0].Text).toContain('status 412')
  })
})

describe('what is measured', () => {
  it('is not written into another patient’s visit', async () => {
    const { post, writes } = await setup()
    const { statusCode } = await post(flowsheet({ Visit: { VisitNumber: 'V-2' } }))

    expect(statusCode).toBe(404)
    expect(writes).toEqual([])
  })

  it('is not written of a patient whom an identifier says to be another', async () => {
    const { post, writes } = await setup()
    const Identifiers = [...Patient.Identifiers, { ID: 'M-2', IDType: 'MR' }]
    const { statusCode } = await post(flowsheet({ Patient: { Identifiers } }))

    expect(statusCode).toBe(403)
    expect(writes).toEqual([])
  })

  it('is written about the session’s patient alone, under the policy that guards it', async () => {
    const { post, writes } = await setup({ connection: { fhirPolicy: { patientGuard: true } } })

    expect((await post(flowsheet())).statusCode).toBe(200)
    expect(writes).toMatchObject([{ resource: { subject: { reference: 'Patient/pat-1' } } }])
  })
})
