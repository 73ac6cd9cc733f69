import { describe, expect, it } from 'vitest'
import { allModels } from '#core/data-model/models.ts'
import { NOW } from '../../../fixtures.ts'
import { answerOf, fieldsIn, schemaFaults } from '../../../support/answer-model.ts'
import { about, ask } from '../../../support/ask-orders.ts'
import {
  exampleRecord,
  type Resource,
  sandboxRecords,
  syntheaRecords,
} from '../../../support/fhir-records.ts'
import { ordersRecord } from '../../../support/orders-record.ts'
import { rowFields } from '../../../support/row-fields.ts'
import { thoroughRecord } from '../../../support/thorough-record.ts'

const MODELS = await allModels()

/** Each query, as it asks for all that there is of a patient. */
const QUERIES = [
  [
    'Scheduling',
    'Booked',
    (patient: string) => ({
      StartDateTime: '1900-01-01',
      Visit: { Patients: [about(patient)] },
    }),
  ],
  ['Results', 'Query', (patient: string) => ({ Patients: [about(patient)] })],
  ['Notes', 'Query', (patient: string) => ({ Patients: [about(patient)] })],
  ['Media', 'Query', (patient: string) => ({ Patients: [about(patient)] })],
  ['Vaccination', 'PatientQuery', (patient: string) => ({ Patient: about(patient) })],
  ['Order', 'Query', (patient: string) => ({ Patients: [about(patient)] })],
  ['PatientAdmin', 'VisitQuery', (patient: string) => ({ Patients: [about(patient)] })],
  [
    'Provider',
    'ProviderQuery',
    () => ({ Provider: { Identifiers: [{ ID: '1111111161', IDType: 'NPI' }] } }),
  ],
] as const

const RECORDS = [
  ordersRecord(),
  ...syntheaRecords(),
  ...sandboxRecords(new Date(NOW * 1000)),
  exampleRecord(),
  thoroughRecord(),
]

describe('records', () => {
  it.each(QUERIES)(
    'give valid answers, and fill every row of the tables: %s %s',
    async (...query) => {
      const [dataModel, eventType, members] = query
      const exercised = new Set<string>()
      for (const { patient, resources } of RECORDS) {
        const answer = await answerOf({
          dataModel,
          eventType,
          members: members(patient),
          resources,
          session: { patient },
        })
        expect(schemaFaults(`${dataModel}-${eventType}`.toLowerCase(), answer)).toEqual([])
        expect(answer['Meta']).not.toHaveProperty('Errors')
        for (const field of fieldsIn(answer)) exercised.add(field)
      }
      const model = MODELS.find((one) => one.dataModel === dataModel && one.eventType === eventType)
      const rows = (model?.parts ?? []).flatMap(({ to, table }) =>
        rowFields(table).map((field) => [to, field].filter(Boolean).join('.')),
      )
      expect(rows.length).toBeGreaterThan(5)
      expect(rows.filter((field) => !exercised.has(field))).toEqual([])
    },
  )
})

describe('Scheduling Booked', () => {
  const within = { StartDateTime: '2026-12-01', EndDateTime: '2026-12-31' }

  it('tells appointments within the time, called off ones too, and none that is only proposed', async () => {
    const { Visits } = await ask('Scheduling', 'Booked', within)

    expect(Visits).toMatchObject([
      {
        VisitNumber: 'A-1',
        VisitDateTime: '2026-12-01T15:00:00.000Z',
        Status: 'booked',
        Duration: 40,
        Reason: 'Echocardiogram',
        Type: 'Follow-up',
        Instructions: ['Come fasting.'],
        AttendingProvider: { ID: '1111111112', IDType: 'NPI', LastName: 'Attend' },
        ConsultingProvider: { LastName: 'Consult' },
        ReferringProvider: { LastName: 'Refer' },
        VisitProvider: { LastName: 'Visit' },
        Location: { Facility: 'Pier Hospital', Department: 'Cardiology' },
        AdditionalStaff: [
          { LastName: 'Aid', Role: { Code: 'SPRF', Codeset: 'ParticipationType' } },
        ],
        Equipment: [{ Code: '1', Codeset: 'SNOMED CT', Description: 'Echocardiograph' }],
        Patient: {
          Identifiers: [{ ID: 'pat-7', IDType: 'FHIR' }, { ID: 'M-7', IDType: 'MR' }, {}],
        },
      },
      { VisitNumber: 'app-2', Status: 'cancelled', Duration: 20, CancelReason: 'Patient asked' },
    ])
  })

  it('tells those with the provider, place and reason that the message says', async () => {
    const numbers = async (Visit: Resource) => {
      const { Visits } = await ask('Scheduling', 'Booked', { ...within, Visit })
      return (Visits as readonly Resource[]).map((one) => one['VisitNumber'])
    }

    expect(await numbers({ Location: { Department: 'cardiology' } })).toEqual(['A-1'])
    expect(await numbers({ Location: { Department: 'Urology' } })).toEqual([])
    expect(await numbers({ AttendingProviders: [{ ID: '1' }, { ID: '1111111112' }] })).toEqual([
      'A-1',
    ])
    expect(await numbers({ VisitProvider: { ID: '1111111112' } })).toEqual([])
    expect(await numbers({ Reason: 'Blood pressure' })).toEqual(['app-2'])
  })

  it('takes no time that is none, nor several patients', async () => {
    await expect(ask('Scheduling', 'Booked', { StartDateTime: 'soon' })).rejects.toThrow(
      'StartDateTime must be a date',
    )
    const Visit = { Patients: [about('pat-7'), about('pat-7')] }
    await expect(ask('Scheduling', 'Booked', { ...within, Visit })).rejects.toThrow('one item')
  })
})

describe('Results Query', () => {
  it('tells a report with its order, specimen, results and readers', async () => {
    const { Orders } = await ask('Results', 'Query')

    expect(Orders).toMatchObject([
      {
        Patient: { Identifiers: [{ ID: 'pat-7', IDType: 'FHIR' }, {}, {}] },
        Visit: { VisitNumber: 'V-7' },
        ID: 'O-7',
        ApplicationOrderID: 'R-7',
        TransactionDateTime: '2026-10-01T09:00:00.000Z',
        CollectionDateTime: '2026-10-01T09:30:00.000Z',
        CompletionDateTime: '2026-10-01T12:00:00.000Z',
        Notes: ['Raised.'],
        ResultsStatus: 'Final',
        Procedure: { Code: '24331-1', Codeset: 'LOINC', Description: 'Lipid panel' },
        Provider: { NPI: '1111111112', LastName: 'Attend' },
        Priority: 'ASAP',
        Results: [
          {
            Code: '13457-7',
            Value: '190',
            ValueType: 'Numeric',
            Units: 'mg/dL',
            AbnormalFlag: 'High',
            Specimen: { ID: 'S-7', Source: 'Serum', BodySite: 'Left arm' },
            ReferenceRange: { Low: 0, High: 130, Text: 'below 130' },
            PrimaryResultsInterpreter: { LastName: 'Consult' },
            Producer: { ID: '41D0', IDType: 'CLIA', Name: 'Pier Laboratory' },
            Performer: { LastName: 'Aid' },
          },
          { Value: 'JVBERi0=', ValueType: 'Encapsulated Data', FileType: 'application/pdf' },
        ],
      },
      {
        ResultsStatus: 'Preliminary',
        Results: [{ Value: 'No growth', ValueType: 'Coded Entry' }],
      },
    ])
  })

  it('tells those of the orders, codes, statuses and times that the message says', async () => {
    const ids = async (members: Resource) => {
      const { Orders = [] } = await ask('Results', 'Query', members)
      return (Orders as readonly Resource[]).map((one) => one['ApplicationOrderID'])
    }

    expect(await ids({ OrderIDs: ['O-7'] })).toEqual(['R-7'])
    expect(await ids({ OrderIDs: ['culture'] })).toEqual(['culture'])
    expect(await ids({ ResultStatuses: ['Final'] })).toEqual(['R-7'])
    expect(await ids({ Procedures: [{ Code: '600-7', Codeset: 'LOINC' }] })).toEqual(['culture'])
    expect(await ids({ Procedures: [{ Code: '600-7', Codeset: 'CPT' }] })).toEqual([])
    expect(await ids({ Completion: { StartDateTime: '2026-10-02' } })).toEqual(['culture'])
    expect(await ids({ Completion: { EndDateTime: '2026-10-01' } })).toEqual(['R-7'])
  })
})

describe('Notes and Media Query', () => {
  it('tell a text as text, and what a document refers to in base64', async () => {
    const { Notes } = await ask('Notes', 'Query')

    expect(Notes).toMatchObject([
      {
        Visit: { VisitNumber: 'V-7' },
        ContentType: 'Plain Text',
        FileName: 'Round',
        FileContents: 'Feels better – no pain.',
        DocumentType: 'Progress note',
        DocumentID: 'N-7',
        ServiceDateTime: '2026-10-02T08:30:00.000Z',
        DocumentationDateTime: '2026-10-02T09:00:00.000Z',
      },
      { DocumentID: 'note-8', ContentType: 'Base64 Encoded', FileContents: 'JVBERi0xLjQ=' },
    ])
  })

  it('tell a large file by its address at the FHIR door, and read none of it', async () => {
    const { Media } = await ask('Media', 'Query')
    expect(Media).toMatchObject([
      {
        FileType: 'PNG',
        FileName: 'consent.png',
        FileContents: 'https://api.sallyport.example/fhir/R4/general/Development/Binary/large',
        DocumentDescription: 'Signed',
      },
      { FileType: 'JPG', FileContents: '/9j/', DocumentID: 'P-7', DocumentType: 'Image' },
    ])

    const data = Buffer.alloc(1024 * 1024 + 3).toString('base64')
    const large = { resourceType: 'Binary', id: 'large', data }
    const unsaid = {
      resourceType: 'DocumentReference',
      id: 'scan-8',
      subject: { reference: 'Patient/pat-7' },
      content: [{ attachment: { url: 'Binary/large' } }],
    }
    const answer = await ask('Media', 'Query', { DocumentIDs: ['scan-8'] }, [large, unsaid])
    expect(answer['Media']).toMatchObject([
      { FileContents: expect.stringMatching(/Binary\/large$/) },
    ])
  })

  it('tell the documents of the visits, types and ids that the message says', async () => {
    const ids = async (members: Resource) => {
      const { Notes = [] } = await ask('Notes', 'Query', members)
      return (Notes as readonly Resource[]).map((one) => one['DocumentID'])
    }

    expect(await ids({ VisitNumbers: ['V-7'] })).toEqual(['N-7'])
    expect(await ids({ DocumentTypes: ['discharge summary'] })).toEqual(['note-8'])
    expect(await ids({ DocumentTypes: ['11506-3'] })).toEqual(['N-7'])
    expect(await ids({ DocumentIDs: ['note-8', 'note-9'] })).toEqual(['note-8'])
    expect(await ids({ DocumentIDs: ['note-9'] })).toEqual([])
  })
})
