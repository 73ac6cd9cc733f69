import fc from 'fast-check'
import { expect, it } from 'vitest'
import { allModels } from '#core/data-model/models.ts'
import { BrokerError } from '#core/errors.ts'
import { answerOf, schemaFaults } from '../../../support/answer-model.ts'
import type { Resource } from '../../../support/fhir-records.ts'
import { oddResource } from '../../../support/odd-resources.ts'
import { ordersRecord } from '../../../support/orders-record.ts'

const MODELS = await allModels()

const { patient, resources } = ordersRecord()
const Patient = { Identifiers: [{ ID: patient, IDType: 'FHIR' }] }
const Provider = { ID: '1', IDType: 'NPI', FirstName: 'Ola', LastName: 'Fuller' }
const Note = {
  ContentType: 'Plain Text',
  FileName: 'Note',
  FileContents: 'Well.',
  DocumentType: 'Note',
  DocumentID: 'N-1',
  ServiceDateTime: '2026-10-02T08:30:00Z',
  DocumentationDateTime: '2026-10-02T09:00:00Z',
  Provider,
}
const Visit = {
  VisitNumber: 'A-1',
  VisitDateTime: '2026-12-01T15:00:00Z',
  Duration: 30,
  Reason: 'Echo',
  Instructions: ['Come fasting.'],
  AttendingProvider: Provider,
  Location: { Department: 'Cardiology' },
}
const observation = {
  DateTime: '2026-10-02T09:00:00Z',
  Value: '71',
  ValueType: 'Numeric',
  Units: '/min',
  Code: '8867-4',
  Codeset: 'LOINC',
  Status: 'Final',
  Notes: ['At rest'],
  Observer: Provider,
  ReferenceRange: { Low: 60, High: 100 },
  AbnormalFlag: 'Normal',
}
const query = {
  Patients: [Patient],
  VisitNumbers: ['V-7'],
  StartDateTime: '2026-01-01',
  DocumentTypes: ['Note'],
  DocumentIDs: ['N-1'],
  OrderIDs: ['O-7'],
  Procedures: [{ Code: '600-7', Codeset: 'LOINC' }],
}

/** What a message may have beside `Meta`, by its model; of the others, {@link query} and the patient. */
const MEMBERS: Readonly<Record<string, Resource>> = {
  'Scheduling Booked': { StartDateTime: '2026-12-01', Visit: { Patients: [Patient] } },
  'Scheduling New': { Patient, Visit },
  'Scheduling Cancel': { Patient, Visit: { ...Visit, CancelReason: 'Away' } },
  'Notes New': { Patient, Visit: { VisitNumber: 'V-7' }, Note },
  'Flowsheet New': { Patient, Visit: { VisitNumber: 'V-7' }, Observations: [observation] },
  'Provider ProviderQuery': {
    Provider: { Identifiers: [{ ID: '1111111161', IDType: 'NPI' }], Demographics: Provider },
  },
}

it.each(MODELS.map(({ dataModel, eventType }) => [dataModel, eventType] as const))(
  'whatever a message has, it is answered validly, or refused by name: %s %s',
  async (dataModel, eventType) => {
    const whole = { ...query, Patient, Visit: { VisitNumber: 'V-7' } }
    const members = MEMBERS[`${dataModel} ${eventType}`] ?? whole
    const name = `${dataModel.replaceAll(' ', '')}-${eventType}`.toLowerCase()
    const asked = { dataModel, eventType, session: { patient } }
    const answered = await answerOf({ ...asked, members, resources: [...resources] })
    expect(schemaFaults(name, answered)).toEqual([])
    await fc.assert(
      fc.asyncProperty(oddResource([members]), async (odd) => {
        try {
          const answer = await answerOf({ ...asked, members: odd, resources: [...resources] })
          expect(schemaFaults(name, answer)).toEqual([])
        } catch (error) {
          expect(error).toBeInstanceOf(BrokerError)
          expect((error as BrokerError).status).toBeLessThan(500)
        }
      }),
      { numRuns: 40 },
    )
  },
)

it('an appointment does not begin in a leap second, which nobody can add minutes to', async () => {
  const members = { Patient, Visit: { ...Visit, VisitDateTime: '2016-12-31T23:59:60Z' } }
  const asked = { dataModel: 'Scheduling', eventType: 'New', session: { patient } }

  await expect(answerOf({ ...asked, members, resources: [...resources] })).rejects.toMatchObject({
    code: 'data_model_message_invalid',
    message: expect.stringContaining('Visit.VisitDateTime'),
  })
})

it('an appointment takes some minutes, and a week at most', async () => {
  const asked = { dataModel: 'Scheduling', eventType: 'New', session: { patient } }
  const lasting = (Duration: number) =>
    answerOf({
      ...asked,
      members: { Patient, Visit: { ...Visit, Duration } },
      resources: [...resources],
    })

  for (const minutes of [0, -1, 10_081, 1e308]) {
    await expect(lasting(minutes)).rejects.toMatchObject({
      code: 'data_model_message_invalid',
      message: expect.stringContaining('Visit.Duration'),
    })
  }
})
