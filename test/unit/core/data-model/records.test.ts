import { describe, expect, it } from 'vitest'
import { NOW } from '../../../fixtures.ts'
import { answerOf, schemaFaults } from '../../../support/answer-model.ts'
import { exampleRecord, sandboxRecords, syntheaRecords } from '../../../support/fhir-records.ts'

const RECORDS = [...syntheaRecords(), ...sandboxRecords(new Date(NOW * 1000)), exampleRecord()].map(
  (record) => [record.name, record] as const,
)

const clinicalSummary = { dataModel: 'Clinical Summary' }
const about = (patient: string) => ({ Identifiers: [{ ID: patient, IDType: 'FHIR' }] })

describe('records that nobody here wrote', () => {
  it('are two of Synthea’s, ten of the sandbox’s, and HL7’s examples', () => {
    expect(RECORDS).toHaveLength(13)
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
    expect(answer['Meta']).not.toHaveProperty('Errors')
    expect(Object.keys(answer).length).toBeGreaterThan(5)
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
  })
})
