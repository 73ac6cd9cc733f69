import type { ServerResponse } from 'node:http'
import { gzipSync } from 'node:zlib'
import { describe, expect, it } from 'vitest'
import { schemaFaults } from '../support/answer-model.ts'
import { departs, EIGHT, givenEightSections } from './given-eight-sections.ts'

const { broker, session, post } = await givenEightSections()

const Patient = { Identifiers: [{ ID: 'pat-1', IDType: 'FHIR' }] }
const SUMMARY = {
  Meta: { DataModel: 'Clinical Summary', EventType: 'PatientQuery' },
  Patient,
}
const NOTE = {
  Meta: { DataModel: 'Notes', EventType: 'New' },
  Patient,
  Note: {
    ContentType: 'Plain Text',
    FileContents: 'Well.',
    DocumentType: 'Note',
    DocumentID: 'N-1',
    Provider: { ID: '1' },
  },
}

const identified = (...Identifiers: readonly object[]) => ({ ...SUMMARY, Patient: { Identifiers } })
const ofModel = (DataModel: string, EventType: string) => ({
  Meta: { DataModel, EventType },
  Patient,
})

describe('what a caller does wrong', () => {
  it.each([
    ['a body that is not JSON', '{"Meta":', 400, 'DataModels', 'It is not JSON.'],
    [
      'no Meta',
      { Patient },
      400,
      'DataModels',
      'Meta.DataModel and Meta.EventType must be of the type string.',
    ],
    [
      'an unknown model',
      ofModel('Claim', 'Submission'),
      400,
      'DataModels',
      'Served are: PatientSearch Query, Clinical Summary PatientQuery',
    ],
    ['an unknown event', ofModel('Notes', 'Forget'), 400, 'DataModels', 'Notes New'],
    [
      'no patient',
      { Meta: SUMMARY.Meta },
      400,
      'DataModels',
      'Patient must be of the type object.',
    ],
    ['no identifier', identified(), 400, 'DataModels', 'Patient.Identifiers must not be empty.'],
    [
      'identifiers of no known type',
      identified({ ID: '1', IDType: 'NIST' }),
      400,
      'DataModels',
      'Known are: FHIR, MR.',
    ],
    [
      'identifiers of two patients',
      identified({ ID: 'pat-1', IDType: 'FHIR' }, { ID: 'pat-2', IDType: 'FHIR' }),
      400,
      'DataModels',
      'name more than one patient',
    ],
    [
      'another patient than the session’s',
      identified({ ID: 'pat-2', IDType: 'FHIR' }),
      403,
      'Send',
      'another patient',
    ],
    [
      'another patient by the medical record number',
      identified({ ID: 'M-2', IDType: 'MR' }),
      403,
      'Send',
      'another patient',
    ],
    [
      'a wrong type',
      identified({ ID: 1, IDType: 'MR' }),
      400,
      'DataModels',
      'Patient.Identifiers[0].ID must be of the type string.',
    ],
    [
      'a wrong type in what is written',
      { ...NOTE, Note: { ...NOTE.Note, FileContents: 5 } },
      400,
      'DataModels',
      'Note.FileContents must be of the type string.',
    ],
  ] as const)('is refused by name, and nothing of a record is read: %s', async (...row) => {
    const [, message, status, module, text] = row
    const refused = await post(message)

    expect(refused.status).toBe(status)
    expect(Object.keys(refused.json)).toEqual(['Meta'])
    expect(refused.json.Meta.Errors).toEqual([
      {
        ID: expect.any(Number),
        Text: expect.stringContaining(text),
        Type: expect.stringMatching(/^(?:message|query)$/),
        Module: module,
      },
    ])
    // To know the patient's identifiers, that patient is read.
    expect(refused.requests.filter(({ url }) => url !== '/fhir/Patient/pat-1')).toEqual([])
  })

  it('is refused where the body is of 5 MB: by API Gateway, or unpacked by us', async () => {
    const large = JSON.stringify({
      ...NOTE,
      Note: { ...NOTE.Note, FileContents: 'x'.repeat(5_000_000) },
    })
    const refused = await post(large)
    expect(refused).toMatchObject({
      status: 413,
      json: { resourceType: 'OperationOutcome', issue: [{ code: 'too-long' }] },
      requests: [],
    })

    const packed = gzipSync(large.replace('x'.repeat(5_000_000), 'x'.repeat(17_000_000)))
    const unpacked = await broker.api('/endpoint', {
      session,
      method: 'POST',
      headers: { 'content-type': 'application/json', 'content-encoding': 'gzip' },
      body: packed as unknown as string,
    })
    expect(unpacked.status).toBe(413)
    expect(await unpacked.json()).toMatchObject({ Meta: { Errors: [{ Module: 'DataModels' }] } })
  })
})

describe('what an EHR does not give', () => {
  const summaryWith = async (name: string, departure: (response: ServerResponse) => unknown) => {
    departs.set(name, departure)
    const { status, json } = await post(SUMMARY)
    departs.clear()
    expect(schemaFaults('clinicalsummary-patientquery', json)).toEqual([])
    return { status, json, sections: Object.keys(json).filter((one) => EIGHT.includes(one)) }
  }
  const without = (section: string) => EIGHT.filter((one) => one !== section)

  it('is nothing where it gives all', async () => {
    const { json, sections } = await summaryWith('Nothing', () => undefined)
    expect(sections).toEqual(EIGHT)
    expect(json.Meta).not.toHaveProperty('Errors')
  })

  it.each([
    [
      'garbage to one of eight searches',
      (one: ServerResponse) => one.writeHead(200).end('<html>'),
      'that is not FHIR in JSON',
    ],
    ['half an answer', (one: ServerResponse) => one.writeHead(200).end('{"resourceType":"Bun'), ''],
    [
      'a search parameter that it does not support',
      (one: ServerResponse) => one.writeHead(400).end('{}'),
      'status 400',
    ],
    [
      'no permission for a section',
      (one: ServerResponse) => one.writeHead(403).end('{}'),
      'status 403',
    ],
    ['a connection that breaks', (one: ServerResponse) => one.destroy(), ''],
  ])('is seven sections and one error that names the eighth: %s', async (_, departure, text) => {
    const { status, json, sections } = await summaryWith('Procedure', departure)

    expect(status).toBe(200)
    expect(sections).toEqual(without('Procedures'))
    expect(json.Meta.Errors).toEqual([
      {
        ID: expect.any(Number),
        Text: expect.stringMatching(
          new RegExp(`^Procedures lacks what Procedure would tell.*${text}`),
        ),
        Type: 'query',
        Module: 'Send',
      },
    ])
  })

  it('by one of a type’s searches is that section alone', async () => {
    const { sections, json } = await summaryWith('Observation?laboratory', (one) =>
      one.writeHead(400).end(),
    )
    expect(sections).toEqual(without('Results'))
    expect(json.Meta.Errors).toMatchObject([{ Text: expect.stringMatching(/^Results lacks/) }])
  })

  it('because the app’s own scope has it not is named too', async () => {
    const types = ['AllergyIntolerance', 'Condition'].map((type) => `system/${type}.s`)
    const authorization = await broker.appToken('heartline', {
      scope: ['system/Patient.r', ...types].join(' '),
    })
    const { status, json } = await post(SUMMARY, { authorization })

    expect(status).toBe(200)
    expect(Object.keys(json)).toEqual(['Meta', 'Header', 'Allergies', 'Problems'])
    const named = json.Meta.Errors.map(({ Text }: { Text: string }) => Text)
    for (const section of without('Allergies').filter((one) => one !== 'Problems')) {
      expect(named).toContainEqual(expect.stringMatching(new RegExp(`^${section} lacks .* scope`)))
    }
  })

  it('where a field of the message is none that it is searched by, says so', async () => {
    const { status, json } = await post({
      Meta: { DataModel: 'PatientSearch', EventType: 'Query' },
      Patient: { Demographics: { LastName: 'Lovelace', Race: 'Other' } },
    })
    expect(status).toBe(200)
    expect(json.Meta.Errors).toMatchObject([
      { Text: expect.stringContaining('Patient.Demographics.Race was not searched by') },
    ])
  })
})

describe('what an EHR does not take', () => {
  const measured = (Value: string) => ({
    DateTime: '2026-10-02T09:00:00Z',
    Code: '8867-4',
    Value,
    ValueType: 'Numeric',
  })
  const FLOWSHEET = {
    Meta: { DataModel: 'Flowsheet', EventType: 'New' },
    Patient,
    Observations: ['71', '72', '73'].map(measured),
  }
  const sent = (requests: Awaited<ReturnType<typeof post>>['requests']) =>
    requests.filter(({ method }) => method === 'POST').length

  it.each([
    [
      'refuses',
      (one: ServerResponse) => one.writeHead(422).end('{}'),
      'Not written: Observations[1], Observations[2].',
    ],
    [
      'leaves unsaid',
      (one: ServerResponse) => one.destroy(),
      'Not known: Observations[1]. Not written: Observations[2].',
    ],
  ])('is named with what was written before: what it %s', async (_, departure, text) => {
    let writes = 0
    departs.set('POST Observation', (response) => {
      writes += 1
      if (writes === 2) departure(response)
      else response.writeHead(201).end()
    })
    const { status, json, requests } = await post(FLOWSHEET)
    departs.clear()

    expect(status).toBe(502)
    expect(Object.keys(json)).toEqual(['Meta'])
    expect(json.Meta.Errors).toEqual([
      {
        ID: expect.any(Number),
        Text: expect.stringContaining(`Written: Observations[0]. ${text}`),
        Type: 'transmission',
        Module: 'Send',
      },
    ])
    expect(sent(requests)).toBe(2)
  })

  it('is not begun where it cannot be looked for, or one of its parts is no number', async () => {
    departs.set('Observation', (response) => response.writeHead(403).end('{}'))
    const unread = await post(FLOWSHEET)
    departs.clear()
    expect(unread.status).toBe(502)
    expect(unread.json.Meta.Errors[0].Text).toContain('status 403')

    const Observations = [measured('71'), measured('many')]
    const wrong = await post({ ...FLOWSHEET, Observations })
    expect(wrong.status).toBe(400)
    expect(wrong.json.Meta.Errors[0].Text).toContain('Observations[1].Value must be a number')
    expect(sent([...unread.requests, ...wrong.requests])).toBe(0)
  })
})
