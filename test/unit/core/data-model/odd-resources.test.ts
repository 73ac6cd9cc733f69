import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { NOW } from '../../../fixtures.ts'
import { answerOf, schemaFaults } from '../../../support/answer-model.ts'
import { exampleRecord, sandboxRecords, syntheaRecords } from '../../../support/fhir-records.ts'
import { oddResource, ofStranger, STRANGER } from '../../../support/odd-resources.ts'
import { ordersRecord } from '../../../support/orders-record.ts'
import { thoroughRecord } from '../../../support/thorough-record.ts'

const own = thoroughRecord()

/** Resources of all records, as if they were all this patient's. */
const pool = [
  own,
  ordersRecord(),
  exampleRecord(),
  ...syntheaRecords(),
  ...sandboxRecords(new Date(NOW * 1000)).slice(0, 2),
].flatMap(({ patient, resources }) =>
  resources.map((one) =>
    JSON.parse(JSON.stringify(one).replaceAll(`Patient/${patient}`, 'Patient/pat-1')),
  ),
)

const MESSAGES = [
  ['clinicalsummary-patientquery', 'Clinical Summary', 'PatientQuery', {}],
  [
    'clinicalsummary-visitquery',
    'Clinical Summary',
    'VisitQuery',
    { Visit: { VisitNumber: 'visit-1' } },
  ],
  ['scheduling-booked', 'Scheduling', 'Booked', { StartDateTime: '1900-01-01' }],
  ['results-query', 'Results', 'Query', {}],
  ['notes-query', 'Notes', 'Query', {}],
  ['media-query', 'Media', 'Query', {}],
  ['vaccination-patientquery', 'Vaccination', 'PatientQuery', {}],
  ['order-query', 'Order', 'Query', {}],
  ['patientadmin-visitquery', 'PatientAdmin', 'VisitQuery', {}],
] as const

const VISIT = {
  resourceType: 'Encounter',
  id: 'visit-1',
  status: 'finished',
  subject: { reference: 'Patient/pat-1' },
}

describe('whatever an EHR has', () => {
  it.each(MESSAGES)('gives a valid answer, with nothing of a stranger: %s', async (...row) => {
    const [schema, dataModel, eventType, members] = row
    await fc.assert(
      fc.asyncProperty(
        fc.array(oddResource(pool), { minLength: 1, maxLength: 12 }),
        fc.array(fc.constantFrom(...pool).map(ofStranger), { maxLength: 4 }),
        async (odd, strangers) => {
          const others = strangers.filter((one) =>
            ['subject', 'patient', 'beneficiary', 'participant'].some((name) => name in one),
          )
          const answer = await answerOf({
            dataModel,
            eventType,
            members: { Patient: { Identifiers: [{ ID: 'pat-1', IDType: 'FHIR' }] }, ...members },
            resources: [{ resourceType: 'Patient', id: 'pat-1' }, VISIT, ...odd, ...others],
            session: { patient: 'pat-1' },
          })
          expect(schemaFaults(schema, answer)).toEqual([])
          expect(JSON.stringify(answer)).not.toContain(STRANGER)
        },
      ),
      { numRuns: 400 },
    )
  })

  it('gives a valid PatientSearch, and nobody who does not match', async () => {
    const patients = pool.filter(({ resourceType }) => resourceType === 'Patient')
    await fc.assert(
      fc.asyncProperty(
        fc.array(oddResource(patients), { minLength: 1, maxLength: 4 }),
        async (odd) => {
          const answer = await answerOf({
            dataModel: 'PatientSearch',
            eventType: 'Query',
            members: { Patient: { Demographics: { LastName: 'Nobody-of-this-name' } } },
            resources: odd,
          })
          expect(schemaFaults('patientsearch-query', answer)).toEqual([])
          expect(answer['Patient']).toEqual({})
        },
      ),
      { numRuns: 100 },
    )
  })

  it('gives a valid Provider answer', async () => {
    const people = ordersRecord().resources.filter(({ resourceType }) =>
      ['Practitioner', 'PractitionerRole', 'Organization', 'Location'].includes(`${resourceType}`),
    )
    await fc.assert(
      fc.asyncProperty(fc.array(oddResource(people), { maxLength: 8 }), async (odd) => {
        const answer = await answerOf({
          dataModel: 'Provider',
          eventType: 'ProviderQuery',
          members: { Provider: { Identifiers: [{ ID: '1111111161', IDType: 'NPI' }] } },
          resources: [...people, ...odd],
        })
        expect(schemaFaults('provider-providerquery', answer)).toEqual([])
        expect(answer['Providers']).not.toEqual([])
      }),
      { numRuns: 100 },
    )
  })
})
