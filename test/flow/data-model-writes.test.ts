import { describe, expect, it } from 'vitest'
import type { FhirBundle } from '#client/index.ts'
import { givenSandboxApp } from './given-sandbox-app.ts'

const sandbox = await givenSandboxApp({
  scopes: ['launch', 'openid', 'fhirUser', 'offline_access', 'patient/*.cruds', 'user/*.rs'],
})
const rosa = await sandbox.launch()

const Patient = { Identifiers: [{ ID: '4821907', IDType: 'MR' }] }
const ROSA = {
  Identifiers: [{ ID: 'rosa-delgado', IDType: 'FHIR' }, ...Patient.Identifiers],
}
const HELEN = { ID: '1234567893', IDType: 'NPI', FirstName: 'Helen', LastName: 'Brandt' }
const VISIT = 'V-rosa-delgado-0'

const message = (DataModel: string, EventType: string, members: object) => ({
  Meta: { DataModel, EventType },
  ...members,
})

const NOTE = {
  ContentType: 'Plain Text',
  FileName: 'Telephone call',
  FileContents: 'Sugar 112 before breakfast – keeps to 500 mg.\n',
  DocumentType: 'Telephone encounter note',
  DocumentID: 'N-2026-1',
  ServiceDateTime: '2026-10-02T08:30:00.000Z',
  DocumentationDateTime: '2026-10-02T09:00:00.000Z',
}

const note = (changed: object = {}) =>
  message('Notes', 'New', {
    Patient,
    Visit: { VisitNumber: VISIT },
    Note: { ...NOTE, Provider: HELEN, ...changed },
  })

const notes = async () => {
  const { json } = await rosa.post(message('Notes', 'Query', { Patients: [Patient] }))
  return (json.Notes as { readonly DocumentID: string }[]).filter(({ DocumentID }) =>
    DocumentID.startsWith('N-2026'),
  )
}

const DateTime = '2026-10-03T07:15:00.000Z'
const LOINC = { CodeSystem: '2.16.840.1.113883.6.1', CodeSystemName: 'LOINC' }
const measured = (Code: string, Description: string, Value: string, Units: string) => ({
  DateTime,
  Code,
  Codeset: 'LOINC',
  Description,
  Value,
  ValueType: 'Numeric',
  Units,
})

const BOOKING = {
  VisitNumber: 'A-2026-1',
  VisitDateTime: '2027-03-01T15:00:00.000Z',
  Duration: 45,
  Reason: 'Retina photograph',
  Type: 'Screening',
  Instructions: ['Bring sunglasses.'],
}

const appointments = async () => {
  const Visits = { StartDateTime: '2027-03-01', EndDateTime: '2027-03-02' }
  return (await rosa.post(message('Scheduling', 'Booked', Visits))).json.Visits
}

describe('what an app writes into the sandbox EHR', () => {
  it('as a note is read back equal, once, however often the message comes', async () => {
    const [first, together] = await Promise.all([rosa.post(note()), rosa.post(note())])
    const again = await rosa.post(note())

    for (const { status, json } of [first, together, again]) {
      expect({ status, errors: json.Meta.Errors }).toEqual({ status: 200, errors: undefined })
    }
    expect(await notes()).toEqual([{ ...NOTE, Patient: ROSA, Visit: { VisitNumber: VISIT } }])
  })

  it('as a file is read back to the byte', async () => {
    const FileContents = Buffer.from(Uint8Array.from({ length: 256 }, (_, n) => n)).toString(
      'base64',
    )
    const file = {
      ContentType: 'Base64 Encoded',
      FileName: 'scan.pdf',
      FileContents,
      DocumentID: 'N-2026-2',
    }
    expect((await rosa.post(note(file))).status).toBe(200)
    expect(await notes()).toContainEqual(expect.objectContaining(file))
  })

  it('as vital signs is read back equal by the summary of the visit', async () => {
    const Observations = [
      { ...measured('8867-4', 'Heart rate', '71', '/min'), Status: 'Preliminary' },
      { ...measured('8480-6', 'Systolic blood pressure', '151.5', 'mmHg'), AbnormalFlag: 'High' },
    ]
    const Visit = { VisitNumber: VISIT }
    const { status } = await rosa.post(
      message('Flowsheet', 'New', { Patient, Visit, Observations }),
    )
    const summary = await rosa.post(message('Clinical Summary', 'VisitQuery', { Patient, Visit }))

    expect(status).toBe(200)
    const read = (summary.json.VitalSigns as { readonly DateTime: string }[]).filter(
      (one) => one.DateTime === DateTime,
    )
    const [pulse, systolic] = Observations.map(({ Code, Description, Value, Units }) => ({
      Code,
      ...LOINC,
      Name: Description,
      DateTime,
      Value,
      Units,
    }))
    expect(read).toEqual([
      {
        DateTime,
        Observations: [
          { ...pulse, Status: 'Preliminary' },
          { ...systolic, Status: 'Final', Interpretation: 'High' },
        ],
      },
    ])
  })

  it('as an appointment is read back equal, and called off once', async () => {
    const Visit = {
      ...BOOKING,
      AttendingProvider: HELEN,
      Location: { Department: 'Outpatient Clinic' },
    }
    expect((await rosa.post(message('Scheduling', 'New', { Patient, Visit }))).status).toBe(200)
    const [booked, ...others] = await appointments()

    expect(others).toEqual([])
    expect(booked).toMatchObject({
      ...BOOKING,
      Status: 'booked',
      AttendingProvider: HELEN,
      Location: { Department: 'Outpatient Clinic' },
    })
    expect(booked.Patient.Identifiers).toEqual(ROSA.Identifiers)

    const { VisitNumber, VisitDateTime } = BOOKING
    const cancel = message('Scheduling', 'Cancel', {
      Visit: { VisitNumber, VisitDateTime, CancelReason: 'Patient is away' },
    })
    expect((await rosa.post(cancel)).status).toBe(200)
    const found = `Appointment?identifier=${VisitNumber}`
    const calledOff = await rosa.fhir.json<FhirBundle>(found)
    expect(calledOff.entry).toHaveLength(1)
    expect((await rosa.post(cancel)).status).toBe(200)
    expect((await rosa.fhir.json<FhirBundle>(found)).entry).toEqual(calledOff.entry)
    expect(await appointments()).toEqual([
      {
        ...booked,
        Status: 'cancelled',
        CancelReason: 'Patient is away',
        LastUpdated: expect.any(String),
      },
    ])
  })

  it('is another’s neither to read nor to write', async () => {
    const walter = await sandbox.launch('walter-lindqvist')
    const { status, json } = await walter.post(note({ DocumentID: 'N-2026-3' }))

    expect(status).toBe(403)
    expect(json.Meta.Errors[0].Text).toContain('another patient')
    const own = { Patients: [{ Identifiers: [{ ID: 'walter-lindqvist', IDType: 'FHIR' }] }] }
    const { Notes } = (await walter.post(message('Notes', 'Query', own))).json
    expect(JSON.stringify(Notes)).not.toContain('N-2026')
    expect(JSON.stringify(await notes())).not.toContain('N-2026-3')
  })
})
