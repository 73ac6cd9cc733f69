import { describe, expect, it } from 'vitest'
import { answerOf } from '../../../support/answer-model.ts'
import { exampleRecord, type FhirRecord, syntheaRecords } from '../../../support/fhir-records.ts'

/**
 * What is expected here was written from the records by hand, as they are in the packages: never from
 * an answer.
 */
const [johnnie, luna] = syntheaRecords() as [FhirRecord, FhirRecord]

const about = ({ patient }: FhirRecord) => ({
  Patient: { Identifiers: [{ ID: patient, IDType: 'FHIR' }] },
})

const snomed = (Code: string, Name: string) => ({
  Code,
  CodeSystem: '2.16.840.1.113883.6.96',
  CodeSystemName: 'SNOMED CT',
  Name,
})
const rxnorm = (Code: string, Name: string) => ({
  Code,
  CodeSystem: '2.16.840.1.113883.6.88',
  CodeSystemName: 'RxNorm',
  Name,
})
const ACTIVE = snomed('55561003', 'Active')
const RESOLVED = snomed('413322009', 'Resolved')

const otitis = snomed('65363002', 'Otitis media')

const resolved = (problem: object, StartDate: string, EndDate: string) => ({
  ...problem,
  StartDate,
  EndDate,
  Status: RESOLVED,
})

describe('the summary of Luna’s visit of 1 December 2009', () => {
  it('is this', async () => {
    const answer = await answerOf({
      dataModel: 'Clinical Summary',
      eventType: 'VisitQuery',
      members: {
        ...about(luna),
        Visit: { StartDateTime: '2009-12-01T00:00:00Z', EndDateTime: '2009-12-02T00:00:00Z' },
      },
      resources: luna.resources,
      session: { patient: luna.patient },
    })
    const { Meta, ...members } = answer

    expect(Meta).toMatchObject({
      Errors: [{ Text: expect.stringContaining('Medications lacks 3 that are over') }],
    })
    expect(members).toEqual({
      Header: {
        Document: {
          ID: expect.any(String),
          Title: 'Clinical Summary',
          DateTime: '2026-01-01T00:00:00.000Z',
          Type: 'Summarization of episode note',
          TypeCode: {
            Code: '34133-9',
            CodeSystem: '2.16.840.1.113883.6.1',
            CodeSystemName: 'LOINC',
            Name: 'Summarization of episode note',
          },
          Visit: {
            VisitNumber: '45761e8d-e80a-4abd-817f-99c196027124',
            StartDateTime: '2009-12-01T16:18:29.000Z',
            EndDateTime: '2009-12-01T16:33:29.000Z',
            Reason: 'Otitis media',
          },
        },
        Patient: {
          Identifiers: [
            { ID: '356a0ab8-5592-4ec5-8c3a-9a4d0857b793', IDType: 'FHIR' },
            {
              ID: '6662f0ca-b617-4e02-8f55-7275e9f49aa0',
              IDType: 'https://github.com/synthetichealth/synthea',
            },
            { ID: '6662f0ca-b617-4e02-8f55-7275e9f49aa0', IDType: 'MR' },
            { ID: '999-83-9805', IDType: 'SS' },
          ],
          Demographics: {
            FirstName: 'Luna60',
            LastName: 'McCullough561',
            DOB: '2008-11-06',
            SSN: '999-83-9805',
            Sex: 'Female',
            Address: {
              StreetAddress: '386 Stokes Center Floor 5 Apt. C',
              City: 'Acushnet',
              State: 'Massachusetts',
              ZIP: '02743',
              Country: 'US',
            },
            PhoneNumber: { Home: '555-352-6871' },
            Language: 'en',
            Race: 'White',
            Ethnicity: 'Not Hispanic or Latino',
            MaritalStatus: 'Never Married',
          },
        },
      },
      Encounters: [
        {
          Identifiers: [{ ID: '45761e8d-e80a-4abd-817f-99c196027124', IDType: 'FHIR' }],
          Type: snomed('185345009', 'Encounter for symptom'),
          DateTime: '2009-12-01T16:18:29.000Z',
          EndDateTime: '2009-12-01T16:33:29.000Z',
          Providers: [
            {
              ID: '50',
              IDType: 'NPI',
              FirstName: 'Stanford577',
              LastName: 'Leannon79',
              Address: {
                StreetAddress: '88 LEWIS BAY ROAD',
                City: 'HYANNIS',
                State: 'MA',
                ZIP: '02601',
                Country: 'US',
              },
            },
          ],
          ReasonForVisit: [otitis],
        },
      ],
      Problems: [
        {
          ...resolved(
            snomed('444814009', 'Viral sinusitis (disorder)'),
            '2009-08-09T16:18:29.000Z',
            '2009-08-23T16:18:29.000Z',
          ),
          Category: {
            Code: 'encounter-diagnosis',
            CodeSystem: 'http://terminology.hl7.org/CodeSystem/condition-category',
            Name: 'Encounter Diagnosis',
          },
        },
        resolved(
          snomed('39848009', 'Whiplash injury to neck'),
          '2009-09-02T16:18:29.000Z',
          '2009-10-07T16:18:29.000Z',
        ),
        resolved(
          snomed('75498004', 'Acute bacterial sinusitis (disorder)'),
          '2009-10-29T16:18:29.000Z',
          '2009-11-26T16:18:29.000Z',
        ),
        {
          ...snomed('40055000', 'Chronic sinusitis (disorder)'),
          StartDate: '2009-11-12T16:18:29.000Z',
          Status: ACTIVE,
        },
        resolved(otitis, '2009-12-01T16:18:29.000Z', '2010-02-18T16:18:29.000Z'),
        resolved(
          snomed('75498004', 'Acute bacterial sinusitis (disorder)'),
          '2011-04-29T16:18:29.000Z',
          '2011-06-03T16:18:29.000Z',
        ),
        resolved(
          snomed('10509002', 'Acute bronchitis (disorder)'),
          '2014-08-09T16:18:29.000Z',
          '2014-08-23T16:18:29.000Z',
        ),
        resolved(
          snomed('444814009', 'Viral sinusitis (disorder)'),
          '2017-11-04T16:18:29.000Z',
          '2017-11-25T16:18:29.000Z',
        ),
      ],
      ReasonForVisitText: 'Otitis media',
      Assessment: {
        Diagnoses: [
          { Value: 'Otitis media', DateTime: '2009-12-01T16:18:29.000Z', Codes: [otitis] },
        ],
      },
    })
  })
})

describe('Johnnie’s Clinical Summary', () => {
  it('has these medications, problems and plans', async () => {
    const answer = await answerOf({
      dataModel: 'Clinical Summary',
      eventType: 'PatientQuery',
      members: about(johnnie),
      resources: johnnie.resources,
      session: { patient: johnnie.patient },
    })

    expect(answer['Medications']).toEqual([
      {
        Prescription: true,
        StartDate: '2016-03-18T09:04:09.000Z',
        Product: rxnorm('608139', 'atomoxetine 100 MG Oral Capsule'),
      },
    ])
    expect(answer['Problems']).toEqual([
      resolved(
        snomed('36971009', 'Sinusitis (disorder)'),
        '2012-10-07T09:04:09.000Z',
        '2012-11-04T09:04:09.000Z',
      ),
      resolved(
        snomed('263102004', 'Fracture subluxation of wrist'),
        '2012-12-29T09:04:09.000Z',
        '2013-03-29T09:04:09.000Z',
      ),
      {
        ...snomed('192127007', 'Child attention deficit disorder'),
        StartDate: '2016-03-18T09:04:09.000Z',
        Status: ACTIVE,
      },
      resolved(
        snomed('10509002', 'Acute bronchitis (disorder)'),
        '2016-10-10T09:04:09.000Z',
        '2016-10-24T09:04:09.000Z',
      ),
    ])
    expect(answer['PlanOfCare']).toEqual({
      Services: [
        { ...snomed('409063005', 'Counseling'), Status: 'in-progress' },
        { ...snomed('405783006', 'Psychological assessment'), Status: 'in-progress' },
      ],
    })
  })
})

describe('HL7’s Peter Chalmers', () => {
  const record = exampleRecord()

  it('is found as this', async () => {
    const answer = await answerOf({
      dataModel: 'PatientSearch',
      eventType: 'Query',
      members: { Patient: { Identifiers: [{ ID: '12345', IDType: 'MR' }] } },
      resources: record.resources,
    })

    expect(answer['Patient']).toEqual({
      Identifiers: [
        { ID: 'example', IDType: 'FHIR' },
        { ID: '12345', IDType: 'MR' },
      ],
      Demographics: {
        FirstName: 'Peter',
        MiddleName: 'James',
        LastName: 'Chalmers',
        DOB: '1974-12-25',
        Sex: 'Male',
        IsDeceased: false,
        PhoneNumber: { Office: '(03) 5555 6473', Mobile: '(03) 3410 5613' },
        Address: {
          StreetAddress: '534 Erewhon St',
          City: 'PleasantVille',
          State: 'Vic',
          ZIP: '3999',
          County: 'Rainbow',
        },
      },
      Contacts: [
        {
          FirstName: 'Bénédicte',
          LastName: 'du Marché',
          Address: {
            StreetAddress: '534 Erewhon St',
            City: 'PleasantVille',
            State: 'Vic',
            ZIP: '3999',
            County: 'Rainbow',
          },
          PhoneNumber: { Home: '+33237998327' },
          RelationToPatient: 'N',
        },
      ],
    })
  })

  it('has these allergies and immunizations', async () => {
    const answer = await answerOf({
      dataModel: 'Clinical Summary',
      eventType: 'PatientQuery',
      members: about(record),
      resources: record.resources,
      session: { patient: record.patient },
    })
    const CRITH = {
      Code: 'CRITH',
      CodeSystem: '2.16.840.1.113883.5.1063',
      CodeSystemName: 'ObservationValue',
      Name: 'high criticality',
    }

    expect(answer['Allergies']).toEqual([
      {
        Type: snomed('419199007', 'Allergy to substance'),
        Substance: snomed('227493005', 'Cashew nuts'),
        Reaction: [
          {
            ...snomed('39579001', 'Anaphylactic reaction'),
            Severity: snomed('24484000', 'Severe'),
            Text: 'Challenge Protocol. Severe reaction to subcutaneous cashew extract. Epinephrine administered',
          },
          {
            ...snomed('64305001', 'Urticaria'),
            Severity: snomed('6736007', 'Moderate'),
            Text: 'Urticaria',
          },
        ],
        Criticality: CRITH,
        Status: ACTIVE,
        StartDate: '2004',
        Comment:
          'The criticality is high becasue of the observed anaphylactic reaction when challenged with cashew extract.',
      },
      {
        Substance: rxnorm('7980', 'Penicillin G'),
        Reaction: [{ ...snomed('247472004', 'Hives'), Text: 'Hives' }],
        Criticality: CRITH,
        Status: ACTIVE,
      },
      { Substance: snomed('716186003', 'No Known Allergy (situation)'), Status: ACTIVE },
    ])
    expect(answer['Immunizations']).toEqual([
      {
        DateTime: '2013-01-10',
        Route: {
          Code: 'IM',
          CodeSystem: '2.16.840.1.113883.5.112',
          CodeSystemName: 'RouteOfAdministration',
          Name: 'Injection, intramuscular',
        },
        Product: {
          Code: 'FLUVAX',
          CodeSystem: '1.2.36.1.2001.1005.17',
          Name: 'Fluvax (Influenza)',
          LotNumber: 'AAJN11K',
        },
        Dose: { Quantity: '5', Units: 'mg' },
      },
      { Product: { Code: 'GNFLU', CodeSystem: '1.2.36.1.2001.1005.17', Name: 'Influenza' } },
    ])
  })
})
