import { describe, expect, it, onTestFinished } from 'vitest'
import { Secret } from '#core/secret.ts'
import { sessionKey } from '#core/session/session-id.ts'
import { NOW } from '../fixtures.ts'
import { serve } from '../support/http-server.ts'
import {
  ADA,
  aMessage,
  anAppToken,
  fhirJson,
  givenDataModelDoor,
  REFERENCE,
} from './given-data-model-door.ts'

const SUMMARY = aMessage('Clinical Summary', 'PatientQuery')

const PEANUT = {
  resourceType: 'AllergyIntolerance',
  id: 'a1',
  patient: { reference: 'Patient/pat-1' },
  clinicalStatus: { coding: [{ code: 'active' }] },
  code: { coding: [{ system: 'http://snomed.info/sct', code: '91935009', display: 'Peanut' }] },
}

const ASTHMA = {
  resourceType: 'Condition',
  id: 'c1',
  subject: { reference: 'Patient/pat-1' },
  code: { text: 'Asthma' },
}

function refusal(type: string, module: string, text: string) {
  return [{ ID: 0x0b5f1f3c, Text: expect.stringContaining(text), Type: type, Module: module }]
}

describe('the Data Model API', () => {
  it('answers a message in its envelope, the event type as it was asked', async () => {
    const { post } = await givenDataModelDoor({ resources: [ADA, PEANUT, ASTHMA] })
    const { statusCode, headers, json } = await post(SUMMARY)

    expect(statusCode).toBe(200)
    expect(headers).toEqual({
      'content-type': 'application/json',
      'cache-control': 'no-store',
      'x-content-type-options': 'nosniff',
    })
    expect(json.Meta).toEqual({
      DataModel: 'Clinical Summary',
      EventType: 'PatientQuery',
      EventDateTime: new Date(NOW * 1000).toISOString(),
      Test: false,
      Source: { ID: '6f0f5f3c-0a4c-4ad0-9a3c-6d1a54c1c002', Name: 'General Hospital EHR' },
      Destinations: [{ ID: '6f0f5f3c-0a4c-4ad0-9a3c-6d1a54c1c001', Name: 'Heartline sign-on' }],
      Logs: [{ ID: REFERENCE, AttemptID: REFERENCE }],
    })
    expect(json).toMatchObject({
      Header: { Patient: { Demographics: { FirstName: 'Ada', LastName: 'Lovelace' } } },
      Allergies: [{ Substance: { Code: '91935009', Name: 'Peanut' } }],
      Problems: [{ Name: 'Asthma' }],
    })
  })

  it('takes the session from the query, the header, Meta, or a token that is bound to it', async () => {
    const { post, sessionId } = await givenDataModelDoor()
    const bound = await anAppToken({ session: sessionKey(new Secret(sessionId)) })
    const inMeta = { ...SUMMARY, Meta: { ...SUMMARY.Meta, SessionID: sessionId } }
    const ways = [
      post(SUMMARY),
      post(SUMMARY, { query: {}, headers: { 'X-Sallyport-Session': sessionId } }),
      post(inMeta, { query: {} }),
      post(SUMMARY, { query: {}, token: bound }),
      post(inMeta, { token: bound }),
    ]

    for (const { statusCode } of await Promise.all(ways)) expect(statusCode).toBe(200)
  })

  it('says what it was asked of the EHR in its record and its line, and of whom', async () => {
    const { post, audit, lines, asked } = await givenDataModelDoor()
    await post(SUMMARY)

    expect(lines).toEqual([
      [
        'data_model_answered',
        expect.objectContaining({
          referenceId: REFERENCE,
          dataModel: 'Clinical Summary',
          eventType: 'PatientQuery',
          asked: asked.length,
          missing: 0,
        }),
      ],
    ])
    const [record] = audit.records
    expect(record).toMatchObject({ id: REFERENCE, outcome: '0' })
    expect(JSON.stringify(record)).toContain('GET search')
  })

  it('answers without the section whose search got garbage, and names it', async () => {
    const { post } = await givenDataModelDoor({
      resources: [ADA, PEANUT, ASTHMA],
      answers: { Condition: (_, response) => void response.end('<html>Tomcat</html>') },
    })
    const { statusCode, json } = await post(SUMMARY)

    expect(statusCode).toBe(200)
    expect(json.Allergies).toHaveLength(1)
    expect(json.Problems).toBeUndefined()
    expect(json.Meta.Errors).toEqual(
      refusal('query', 'Send', 'Problems lacks what Condition would tell.'),
    )
  })

  it('reads every page, and stops where pages lead in a circle', async () => {
    const many = Array.from({ length: 7 }, (_, n) => ({ ...ASTHMA, id: `c${n}` }))
    const paged = await givenDataModelDoor({ resources: [ADA, ...many], pageSize: 2 })
    expect((await paged.post(SUMMARY)).json.Problems).toHaveLength(7)

    const circle = await givenDataModelDoor({
      answers: {
        Condition: (url, response) =>
          fhirJson(response, {
            resourceType: 'Bundle',
            link: [{ relation: 'next', url: url.href }],
            entry: [{ resource: ASTHMA }],
          }),
      },
    })
    const { json } = await circle.post(SUMMARY)
    expect(json.Problems).toHaveLength(1)
    expect(json.Meta).toMatchObject({ IsIncomplete: true, Errors: [{ Type: 'query' }] })
  })

  it('answers in time, without what the EHR has not sent by then: no head, or half a body', async () => {
    const { post } = await givenDataModelDoor({
      resources: [ADA, PEANUT, ASTHMA],
      answers: {
        Condition: () => undefined,
        Immunization: (_, response) => void response.writeHead(200).write('{"resourceType":'),
      },
    })
    // Two seconds for what is answered at once; what hangs would hang for ever.
    const { statusCode, json } = await post(SUMMARY, { remainingMs: 7_000 })

    expect(statusCode).toBe(200)
    expect(json.Allergies).toHaveLength(1)
    expect(json.Meta.Errors).toMatchObject([
      { Text: expect.stringMatching(/^Immunizations lacks .* did not answer in time/) },
      { Text: expect.stringMatching(/^Problems lacks .* did not answer in time/) },
    ])
  })

  it('follows no page to another host', async () => {
    let strayed = 0
    const elsewhere = await serve((_, response) => {
      strayed += 1
      fhirJson(response, { resourceType: 'Bundle' })
    })
    onTestFinished(() => elsewhere.close())
    const { post, asked } = await givenDataModelDoor({
      answers: {
        Condition: (_, response) =>
          fhirJson(response, {
            resourceType: 'Bundle',
            link: [{ relation: 'next', url: `${elsewhere.origin}/fhir/Condition?page=2` }],
            entry: [{ resource: ASTHMA }],
          }),
      },
    })
    const { json } = await post(SUMMARY)

    expect(json.Problems).toHaveLength(1)
    expect(json.Meta.Errors).toEqual(refusal('query', 'Send', 'Problems lacks'))
    expect(asked.filter((one) => one.startsWith('Condition'))).toHaveLength(1)
    expect(strayed).toBe(0)
  })

  it('leaves out what is about another patient, or does not say about whom', async () => {
    const others = [
      { ...ASTHMA, id: 'c2', subject: { reference: 'Patient/pat-2' } },
      { ...ASTHMA, id: 'c3', subject: undefined },
      { ...ASTHMA, id: 'c4', subject: { reference: 'https://elsewhere.example/Patient/pat-1' } },
    ]
    const { post } = await givenDataModelDoor({
      answers: {
        Condition: (_, response) =>
          fhirJson(response, {
            resourceType: 'Bundle',
            entry: [ASTHMA, ...others].map((resource) => ({ resource })),
          }),
      },
    })
    const { json } = await post(SUMMARY)

    expect(json.Problems).toHaveLength(1)
    expect(json.Meta.Errors).toEqual(refusal('query', 'Send', 'Problems lacks 3 of'))
  })

  it.each([
    ['a body that is no JSON', '{"Meta":', 'It is not JSON.'],
    ['no Meta', {}, 'Meta.DataModel and Meta.EventType must be of the type string.'],
    ['a null', null, 'Meta.DataModel and Meta.EventType must be of the type string.'],
    [
      'an unknown model',
      aMessage('Claim', 'Submission'),
      'Served are: PatientSearch Query, Clinical Summary PatientQuery',
    ],
    ['an unknown event', aMessage('PatientSearch', 'Guess'), 'Served are:'],
    [
      'no patient',
      aMessage('Clinical Summary', 'PatientQuery', {}),
      'Patient must be of the type object.',
    ],
    [
      'a number for an id',
      aMessage('Clinical Summary', 'PatientQuery', {
        Patient: { Identifiers: [{ ID: 1, IDType: 'MR' }] },
      }),
      'Patient.Identifiers[0].ID must be of the type string.',
    ],
    [
      'a patient without identifiers',
      aMessage('Clinical Summary', 'PatientQuery', { Patient: { Identifiers: [] } }),
      'Patient.Identifiers must not be empty.',
    ],
    [
      'an identifier of a type that the patient has none of',
      aMessage('Clinical Summary', 'PatientQuery', {
        Patient: { Identifiers: [{ ID: '1', IDType: 'NIST' }] },
      }),
      'Known are: FHIR, MR.',
    ],
  ])('refuses %s with 400, and Meta alone', async (_, message, text) => {
    const { post } = await givenDataModelDoor()
    const { statusCode, json } = await post(message)

    expect(statusCode).toBe(400)
    expect(Object.keys(json)).toEqual(['Meta'])
    expect(json.Meta.Errors).toEqual(refusal('message', 'DataModels', text))
    expect(json.Meta.Logs).toEqual([{ ID: REFERENCE, AttemptID: REFERENCE }])
  })

  it('refuses another patient than the session’s, by either id', async () => {
    const { post, asked } = await givenDataModelDoor()
    for (const identifier of [
      { ID: 'pat-2', IDType: 'FHIR' },
      { ID: 'M-2', IDType: 'MR' },
    ]) {
      const { statusCode, json } = await post(
        aMessage('Clinical Summary', 'PatientQuery', { Patient: { Identifiers: [identifier] } }),
      )
      expect(statusCode).toBe(403)
      expect(json.Meta.Errors[0].Text).toContain('another patient')
    }
    expect(asked).toEqual(['Patient/pat-1'])
  })

  it('refuses two sessions, and another destination than the EHR', async () => {
    const { post, asked } = await givenDataModelDoor()
    const two = { ...SUMMARY, Meta: { ...SUMMARY.Meta, SessionID: 'another' } }
    const elsewhere = { ...SUMMARY, Meta: { ...SUMMARY.Meta, Destinations: [{ ID: 'x' }] } }

    expect(await post(two)).toMatchObject({
      statusCode: 400,
      json: { Meta: { Errors: refusal('message', 'Sessions', 'more than one session') } },
    })
    expect(await post(elsewhere)).toMatchObject({
      statusCode: 400,
      json: { Meta: { Errors: refusal('message', 'Subscriptions', 'Meta.Destinations') } },
    })
    expect(asked).toEqual([])
  })

  it('refuses no token with 401 and a session that is over with 403', async () => {
    const { post } = await givenDataModelDoor({ session: { status: 'ending' } })
    expect(await post(SUMMARY, { token: undefined })).toMatchObject({
      statusCode: 401,
      headers: { 'www-authenticate': 'Bearer realm="sallyport"' },
    })
    expect(await post(SUMMARY)).toMatchObject({ statusCode: 403 })
  })

  it('names the sections for which the token’s scope, or a policy, lets nothing be read', async () => {
    const narrow = await givenDataModelDoor({ resources: [ADA, PEANUT, ASTHMA] })
    const token = await anAppToken({ scope: 'system/Patient.r system/Condition.s' })
    const { json } = await narrow.post(SUMMARY, { token })
    expect(json).toMatchObject({ Header: { Patient: {} }, Problems: [{}] })
    expect(json.Allergies).toBeUndefined()
    expect(json.Meta.Errors).toContainEqual(
      expect.objectContaining({
        Text: expect.stringMatching(/^Allergies lacks .* scope/),
        Type: 'message',
      }),
    )

    const ruled = await givenDataModelDoor({
      resources: [ADA, PEANUT, ASTHMA],
      connection: { fhirPolicy: { resourceTypes: ['Patient', 'AllergyIntolerance'] } },
    })
    const answer = await ruled.post(SUMMARY)
    expect(answer.json.Allergies).toHaveLength(1)
    expect(answer.json.Meta.Errors.map(({ Text }: { Text: string }) => Text)).toContainEqual(
      expect.stringMatching(/^Problems lacks .* policy/),
    )
  })

  it('refuses an EHR of a version whose resources it does not know', async () => {
    const { post } = await givenDataModelDoor({ connection: { fhirVersion: 'DSTU2' } })
    expect(await post(SUMMARY)).toMatchObject({ statusCode: 400 })
  })
})
