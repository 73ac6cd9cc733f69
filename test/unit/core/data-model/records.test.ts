import { describe, expect, it } from 'vitest'
import { allModels } from '#core/data-model/models.ts'
import { NOW } from '../../../fixtures.ts'
import { answerOf, fieldsIn, schemaFaults } from '../../../support/answer-model.ts'
import { exampleRecord, sandboxRecords, syntheaRecords } from '../../../support/fhir-records.ts'
import { rowFields } from '../../../support/row-fields.ts'
import { thoroughRecord } from '../../../support/thorough-record.ts'

const MODELS = await allModels()

const RECORDS = [
  ...syntheaRecords(),
  ...sandboxRecords(new Date(NOW * 1000)),
  exampleRecord(),
  thoroughRecord(),
].map((record) => [record.name, record] as const)

/** Old medications of which these records do not say when they ended. */
const KNOWN_TO_LACK = /^Medications lacks \d+ that are over/

/** The other models have records of their own. */
const SUMMARIES = MODELS.filter(({ dataModel }) =>
  ['Clinical Summary', 'PatientSearch'].includes(dataModel),
)

const UNEXERCISED: readonly string[] = []

const clinicalSummary = { dataModel: 'Clinical Summary' }
const about = (patient: string) => ({ Identifiers: [{ ID: patient, IDType: 'FHIR' }] })

/** What all the answers have had, of all records. */
const exercised = new Map<string, Set<string>>(
  SUMMARIES.map((model) => [`${model.dataModel} ${model.eventType}`, new Set()]),
)

describe('records', () => {
  it('are two of Synthea’s, ten of the sandbox’s, and HL7’s examples, and one for what these do not have', () => {
    expect(RECORDS).toHaveLength(14)
  })

  it.each(RECORDS)('give a valid Clinical Summary, with nothing missing: %s', async (_, record) => {
    const { patient, resources } = record
    const answer = await answerOf({
      ...clinicalSummary,
      eventType: 'PatientQuery',
      members: { Patient: about(patient) },
      resources,
      session: { patient },
    })

    expect(schemaFaults('clinicalsummary-patientquery', answer)).toEqual([])
    const { Errors = [] } = answer['Meta'] as { readonly Errors?: readonly { Text: string }[] }
    expect(Errors.map(({ Text }) => Text).filter((one) => !KNOWN_TO_LACK.test(one))).toEqual([])
    expect(Object.keys(answer).length).toBeGreaterThan(5)
    for (const field of fieldsIn(answer)) exercised.get('Clinical Summary PatientQuery')?.add(field)
  })

  it.each(RECORDS)('give a valid summary of each visit: %s', async (_, record) => {
    const { patient, resources } = record
    const visits = resources.filter(
      (one) =>
        one['resourceType'] === 'Encounter' &&
        !['planned', 'cancelled'].includes(String(one['status'])),
    )
    expect(visits.length).toBeGreaterThan(0)
    for (const { id } of visits) {
      const answer = await answerOf({
        ...clinicalSummary,
        eventType: 'VisitQuery',
        members: { Patient: about(patient), Visit: { VisitNumber: id } },
        resources,
        session: { patient },
      })
      expect(schemaFaults('clinicalsummary-visitquery', answer)).toEqual([])
      expect(answer['Encounters']).toHaveLength(1)
      for (const field of fieldsIn(answer)) exercised.get('Clinical Summary VisitQuery')?.add(field)
    }
  })

  it.each(RECORDS)('give a valid PatientSearch: %s', async (_, record) => {
    const { patient, resources } = record
    const answer = await answerOf({
      dataModel: 'PatientSearch',
      eventType: 'Query',
      members: { Patient: about(patient) },
      resources,
    })
    expect(schemaFaults('patientsearch-query', answer)).toEqual([])
    expect(answer['Patient']).toHaveProperty('Demographics')
    const own = resources.find(({ resourceType }) => resourceType === 'Patient')
    const both = await answerOf({
      dataModel: 'PatientSearch',
      eventType: 'Query',
      members: { Patient: { Demographics: { DOB: own?.['birthDate'] } } },
      resources: [...resources, { ...own, id: 'twin' }],
    })
    expect(schemaFaults('patientsearch-query', both)).toEqual([])
    expect(both['PotentialMatches']).toHaveLength(2)
    for (const field of [...fieldsIn(answer), ...fieldsIn(both)]) {
      exercised.get('PatientSearch Query')?.add(field)
    }
  })

  it('fill every row of the tables but these', () => {
    const rows = SUMMARIES.flatMap((model) =>
      model.parts.flatMap(({ to, table }) =>
        rowFields(table).map((field) => ({
          field: [to, field].filter(Boolean).join('.'),
          name: `${model.dataModel} ${model.eventType}`,
        })),
      ),
    )
    const left = new Set(rows.filter(({ field, name }) => !exercised.get(name)?.has(field)))
    expect([...new Set([...left].map(({ field }) => field))].toSorted()).toEqual(UNEXERCISED)
  })
})
