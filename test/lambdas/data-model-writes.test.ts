import { describe, expect, it } from 'vitest'
import {
  ADA,
  aMessage,
  anAppToken,
  givenDataModelDoor,
  type Resource,
} from './given-data-model-door.ts'

const Patient = { Identifiers: [{ ID: 'pat-1', IDType: 'FHIR' }] }

const VISIT = {
  resourceType: 'Encounter',
  id: 'enc-1',
  status: 'in-progress',
  identifier: [{ value: 'V-1' }],
  subject: { reference: 'Patient/pat-1' },
}

const NOTE = {
  ContentType: 'Plain Text',
  FileName: 'Round',
  FileContents: 'Feels better – no pain.',
  DocumentType: 'Progress note',
  DocumentID: 'N-1',
  ServiceDateTime: '2026-10-02T08:30:00Z',
  DocumentationDateTime: '2026-10-02T09:00:00.000Z',
  Provider: { ID: '1234567893', IDType: 'NPI', FirstName: 'Helen', LastName: 'Brandt' },
}

const aNote = (note: Resource = {}, members: Resource = {}) =>
  aMessage('Notes', 'New', {
    Patient,
    Visit: { VisitNumber: 'V-1' },
    Note: { ...NOTE, ...note },
    ...members,
  })

const measured = (Code: string, Value: string, more: Resource = {}) => ({
  DateTime: '2026-10-02T09:00:00.000Z',
  Code,
  Codeset: 'LOINC',
  Description: 'Measured',
  Value,
  ValueType: 'Numeric',
  Units: 'mmHg',
  ...more,
})

const aFlowsheet = (...Observations: readonly Resource[]) =>
  aMessage('Flowsheet', 'New', { Patient, Observations })

const anAppointment = (visit: Resource = {}) =>
  aMessage('Scheduling', 'New', {
    Patient,
    Visit: {
      VisitNumber: 'A-1',
      VisitDateTime: '2026-12-01T15:00:00.000Z',
      Duration: 30,
      Reason: 'Echocardiogram',
      Type: 'Follow-up',
      Instructions: ['Come fasting.'],
      AttendingProvider: { ID: '1234567893', IDType: 'NPI' },
      Location: { Department: 'Cardiology' },
      ...visit,
    },
  })

const DOCTOR = {
  resourceType: 'Practitioner',
  id: 'dr-1',
  identifier: [{ system: 'http://hl7.org/fhir/sid/us-npi', value: '1234567893' }],
  name: [{ family: 'Brandt' }],
}

describe('what is written', () => {
  it('as a note is read back equal by Notes Query', async () => {
    const { post, writes } = await givenDataModelDoor({ resources: [ADA, VISIT] })
    const { statusCode, json } = await post(aNote())

    expect({ statusCode, json }).toMatchObject({
      statusCode: 200,
      json: { Meta: { DataModel: 'Notes', EventType: 'New', Logs: [{}] } },
    })
    expect(json.Meta.Errors).toBeUndefined()
    expect(writes).toHaveLength(1)
    const { Notes } = (await post(aMessage('Notes', 'Query', { Patients: [Patient] }))).json
    const { Provider, ...read } = NOTE
    expect(Notes).toEqual([
      {
        ...read,
        ServiceDateTime: '2026-10-02T08:30:00.000Z',
        Patient: {
          Identifiers: [
            { ID: 'pat-1', IDType: 'FHIR' },
            { ID: 'M-1', IDType: 'MR' },
          ],
        },
        Visit: { VisitNumber: 'V-1' },
      },
    ])
    expect(writes[0]?.resource).toMatchObject({
      author: [{ identifier: { value: Provider.ID }, display: 'Helen Brandt' }],
    })
  })

  it('as vital signs is read back equal by Clinical Summary', async () => {
    const { post } = await givenDataModelDoor({ resources: [ADA, VISIT] })
    const range = { Low: 90, High: 120, Text: '90 to 120' }
    const sent = [
      measured('8480-6', '121', { AbnormalFlag: 'High', ReferenceRange: range }),
      measured('8462-4', '79.5', { Status: 'Preliminary' }),
    ]
    expect((await post(aFlowsheet(...sent))).statusCode).toBe(200)

    const { VitalSigns } = (await post(aMessage('Clinical Summary', 'PatientQuery'))).json
    const loinc = { CodeSystem: '2.16.840.1.113883.6.1', CodeSystemName: 'LOINC', Name: 'Measured' }
    const DateTime = '2026-10-02T09:00:00.000Z'
    expect(VitalSigns).toEqual([
      {
        DateTime,
        Observations: [
          {
            ...loinc,
            Code: '8480-6',
            Status: 'Final',
            Interpretation: 'High',
            DateTime,
            Value: '121',
            Units: 'mmHg',
          },
          {
            ...loinc,
            Code: '8462-4',
            Status: 'Preliminary',
            DateTime,
            Value: '79.5',
            Units: 'mmHg',
          },
        ],
      },
    ])
  })

  it('as an appointment is read back equal by Booked, and called off by Cancel', async () => {
    const { post, stored, writes } = await givenDataModelDoor({ resources: [ADA, DOCTOR] })
    const booked = async () =>
      (await post(aMessage('Scheduling', 'Booked', { StartDateTime: '2026-12-01' }))).json.Visits
    expect((await post(anAppointment())).statusCode).toBe(200)

    const { Visit } = anAppointment() as unknown as { Visit: Resource }
    const { AttendingProvider, ...same } = Visit
    expect(await booked()).toMatchObject([
      { ...same, AttendingProvider: { ...(AttendingProvider as Resource), LastName: 'Brandt' } },
    ])

    stored[stored.length - 1] = { ...stored.at(-1), meta: { versionId: '7' } }
    const cancel = aMessage('Scheduling', 'Cancel', {
      Visit: { ...same, CancelReason: 'Patient asked' },
    })
    for (const _ of ['first', 'again']) expect((await post(cancel)).statusCode).toBe(200)
    expect(writes).toHaveLength(2)
    expect(writes[1]?.headers['if-match']).toBe('W/"7"')
    expect(await booked()).toMatchObject([{ Status: 'cancelled', CancelReason: 'Patient asked' }])
  })
})

describe('a message that comes again', () => {
  it.each([true, false])('writes nothing twice, If-None-Exist known or not: %s', async (known) => {
    const { post, writes, stored } = await givenDataModelDoor({
      resources: [ADA, VISIT],
      isConditional: known,
    })
    const before = stored.length
    for (const _ of [1, 2, 3]) expect((await post(aNote())).statusCode).toBe(200)

    expect(stored).toHaveLength(before + 1)
    expect(writes).toHaveLength(1)
    expect(writes[0]?.headers['if-none-exist']).toMatch(
      /^identifier=urn%3Auuid%3A[\w-]+\|[\w-]{43}$/,
    )
  })

  it('is another message where its id or its content is another', async () => {
    const { post, stored } = await givenDataModelDoor({ resources: [ADA, VISIT] })
    const before = stored.length
    const numbered = (ID: number, text: string) => {
      const message = aNote({ FileContents: text })
      return { ...message, Meta: { ...message.Meta, Message: { ID } } }
    }
    await post(numbered(1, 'one'))
    await post(numbered(2, 'one'))
    await post(numbered(2, 'two'))
    await post(numbered(2, 'two'))

    expect(stored).toHaveLength(before + 3)
  })

  it('completes what was written in part, of which is said exactly what that was', async () => {
    const signs = ['8480-6', '8462-4', '8867-4'].map((code) => measured(code, '1'))
    const isRefused = { value: true }
    const { post, stored } = await givenDataModelDoor({
      onWrite: (nth) => (nth === 1 && isRefused.value ? 422 : 201),
    })
    const before = stored.length
    const { statusCode, json } = await post(aFlowsheet(...signs))

    expect(statusCode).toBe(502)
    expect(json).toEqual({
      Meta: expect.objectContaining({
        Errors: [
          expect.objectContaining({
            Type: 'transmission',
            Module: 'Send',
            Text: expect.stringContaining(
              'Written: Observations[0]. Not written: Observations[1], Observations[2]. The EHR did not take what was to be written. It answered with the status 422.',
            ),
          }),
        ],
      }),
    })
    isRefused.value = false
    expect((await post(aFlowsheet(...signs))).statusCode).toBe(200)
    expect(stored).toHaveLength(before + 3)
  })

  it('writes once where the connection broke, and nobody knew', async () => {
    const { post, stored } = await givenDataModelDoor({
      resources: [ADA, VISIT],
      onWrite: (nth) => (nth === 0 ? 'breaks' : 201),
    })
    const before = stored.length
    const { statusCode, json } = await post(aNote())

    expect(statusCode).toBe(502)
    expect(json.Meta.Errors[0].Text).toContain('Written: nothing. Not known: Note.')
    expect((await post(aNote())).statusCode).toBe(200)
    expect(stored).toHaveLength(before + 1)
  })
})

describe('a message that cannot be written whole', () => {
  const cases = [
    ['a visit that is not', aNote({}, { Visit: { VisitNumber: 'V-2' } }), 404, 'no visit'],
    [
      'another patient',
      aNote({}, { Patient: { Identifiers: [{ ID: 'x', IDType: 'FHIR' }] } }),
      403,
      'patient',
    ],
    [
      'no base64',
      aNote({ ContentType: 'Base64 Encoded', FileContents: 'a b' }),
      400,
      'Note.FileContents must be base64',
    ],
    ['a content type that is none', aNote({ ContentType: 'PDF' }), 400, 'Note.ContentType'],
    ['no contents', aNote({ FileContents: '' }), 400, 'Note.FileContents must not be empty'],
    [
      'a day as an instant',
      aNote({ DocumentationDateTime: '2026-10-02' }),
      400,
      'Note.DocumentationDateTime',
    ],
    ['no provider', aNote({ Provider: {} }), 400, 'Note.Provider.ID must be of the type string'],
    [
      'a word for a number',
      aFlowsheet(measured('1', '1'), measured('2', 'many')),
      400,
      'Observations[1].Value must be a number',
    ],
    [
      'an unknown flag',
      aFlowsheet(measured('1', '1', { AbnormalFlag: 'Odd' })),
      400,
      'Observations[0].AbnormalFlag',
    ],
    [
      'a time that is none',
      aFlowsheet(measured('1', '1', { DateTime: 'now' })),
      400,
      'Observations[0].DateTime',
    ],
    [
      'no duration',
      anAppointment({ Duration: null }),
      400,
      'Visit.Duration must be of the type number',
    ],
    [
      'an appointment that is not',
      aMessage('Scheduling', 'Cancel', {
        Visit: { VisitNumber: 'A-9', VisitDateTime: '2026-12-01' },
      }),
      404,
      'no visit',
    ],
  ] as const

  it.each(cases)('is refused, and nothing is sent: %s', async (_, message, status, text) => {
    const { post, writes } = await givenDataModelDoor({ resources: [ADA, VISIT] })
    const { statusCode, json } = await post(message)

    expect({ statusCode, text: json.Meta.Errors[0].Text }).toEqual({
      statusCode: status,
      text: expect.stringContaining(text),
    })
    expect(writes).toEqual([])
  })

  it('is refused by a policy that only lets read, and by a scope that does', async () => {
    const readOnly = await givenDataModelDoor({
      resources: [ADA, VISIT],
      connection: { fhirPolicy: { readOnly: true } },
    })
    expect((await readOnly.post(aNote())).statusCode).toBe(403)
    expect(readOnly.writes).toEqual([])

    const reading = await givenDataModelDoor({ resources: [ADA, VISIT] })
    const token = await anAppToken({ scope: 'system/*.rs' })
    expect((await reading.post(aNote(), { token })).statusCode).toBe(403)
    expect(reading.writes).toEqual([])
  })

  it('says what of it has no place in the resource', async () => {
    const { post } = await givenDataModelDoor({ resources: [ADA, VISIT] })
    const { statusCode, json } = await post(aNote({ Components: [{ Name: 'Severity' }] }))

    expect(statusCode).toBe(200)
    expect(json.Meta.Errors).toMatchObject([{ Text: expect.stringContaining('Note.Components') }])
  })
})
