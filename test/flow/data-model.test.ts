import { afterAll, describe, expect, it, vi } from 'vitest'
import { plainBrowser } from '../support/browser.ts'
import { givenBroker } from './given-broker.ts'

const broker = await givenBroker({
  // So that whoever renews has the assertion signed.
  authentication: 'private_key_jwt',
  ehr: {
    accessTokenSeconds: 600,
    fhir({ url }, response) {
      const isPatient = url.startsWith('/fhir/Patient/pat-1')
      response
        .writeHead(200, { 'content-type': 'application/fhir+json' })
        .end(
          JSON.stringify(
            isPatient
              ? { resourceType: 'Patient', id: 'pat-1', name: [{ family: 'Lovelace' }] }
              : { resourceType: 'Bundle', type: 'searchset' },
          ),
        )
    },
  },
})
afterAll(() => broker.close())

const SUMMARY = {
  Meta: { DataModel: 'Clinical Summary', EventType: 'PatientQuery' },
  Patient: { Identifiers: [{ ID: 'pat-1', IDType: 'FHIR' }] },
}

async function setup() {
  const { message } = await broker.signOn(plainBrowser())
  const session = message.body.Meta.SessionID
  const post = async (path: string, call: Parameters<typeof broker.api>[1]) => {
    const answer = await broker.api(path, {
      method: 'POST',
      headers: { 'content-type': 'application/json' },
      body: JSON.stringify(SUMMARY),
      ...call,
    })
    return { status: answer.status, json: JSON.parse(await answer.text()) }
  }
  return { session, post }
}

const told = (type: string) =>
  broker.stack.events.filter((event) => event['detail-type'] === type).map(({ detail }) => detail)

const refreshes = () =>
  broker.ehr.tokenRequests.filter(({ body }) => body.get('grant_type') === 'refresh_token').length

describe('a message of the Data Model API', () => {
  it('is answered in the session that a launch made, at both addresses, and after its token is over', async () => {
    const { session, post } = await setup()
    const expected = {
      status: 200,
      json: {
        Meta: {
          EventType: 'PatientQuery',
          Test: true,
          Source: { ID: broker.sourceId, Name: 'General Hospital EHR' },
          Destinations: [{ ID: broker.destinationId }],
        },
        Header: { Patient: { Demographics: { LastName: 'Lovelace' } } },
      },
    }
    expect(await post('/endpoint', { session })).toMatchObject(expected)
    const authorization = await broker.appToken('heartline', { session })
    expect(await post('/query', { authorization })).toMatchObject(expected)

    broker.stack.time.advance(601)
    expect(await post('/endpoint', { session })).toMatchObject(expected)
    expect(refreshes()).toBe(1)
    expect(JSON.stringify(broker.ehr.fhirRequests.slice(-1))).not.toContain(session)
  })

  it('names all that it lacks where the EHR refuses the client, and tells of that and of its end', async () => {
    const { session, post } = await setup()
    broker.ehr.misbehave({ tokenAnswer: { status: 401, body: { error: 'invalid_client' } } })
    broker.stack.time.advance(601)
    const { status, json } = await post('/endpoint', { session })
    broker.ehr.misbehave({})

    expect(status).toBe(200)
    expect(Object.keys(json)).toEqual(['Meta', 'Header'])
    expect(Object.keys(json.Header)).toEqual(['Document'])
    expect(json.Meta.Errors.length).toBeGreaterThan(15)
    expect(told('connection.failing')).toMatchObject([{ reason: 'client_refused' }])

    const recovers = async () => {
      broker.stack.time.advance(5)
      const again = await post('/endpoint', { session })
      expect(again.json.Header.Patient.Demographics.LastName).toBe('Lovelace')
    }
    await vi.waitFor(recovers, { timeout: 30_000, interval: 500 })
    expect(told('connection.recovered')).toHaveLength(1)
  })

  it('ends the session where the EHR gives up its refresh token', async () => {
    const { session, post } = await setup()
    broker.ehr.misbehave({ tokenAnswer: { status: 400, body: { error: 'invalid_grant' } } })
    broker.stack.time.advance(601)
    const { status, json } = await post('/endpoint', { session })
    broker.ehr.misbehave({})

    expect(status).toBe(403)
    expect(json.Meta.Errors).toMatchObject([{ Type: 'message', Module: 'Sessions' }])
    expect(told('session.reauthorization-required')).toHaveLength(1)
  })
})

describe('a connection that recovers in a function that never saw it fail', () => {
  const recovered = () => told('connection.recovered').length

  async function failsIn(call: () => Promise<unknown>) {
    const before = told('connection.failing').length
    broker.ehr.misbehave({ tokenAnswer: { status: 401, body: { error: 'invalid_client' } } })
    broker.stack.time.advance(601)
    await call()
    broker.ehr.misbehave({})
    expect(told('connection.failing')).toHaveLength(before + 1)
  }

  it('is told of by the Data Model API, where the FHIR API saw it', async () => {
    const [one, other] = [await setup(), await setup()]
    await failsIn(() => broker.fhir('/Patient/pat-1', { session: one.session }))
    const before = recovered()

    const { json } = await other.post('/endpoint', { session: other.session })

    expect(json.Header.Patient.Demographics.LastName).toBe('Lovelace')
    expect(recovered()).toBe(before + 1)
  })

  it('is told of by the scheduled refresher, where the Data Model API saw it', async () => {
    const [one] = [await setup(), await setup()]
    await failsIn(() => one.post('/endpoint', { session: one.session }))
    const before = recovered()

    await broker.stack.tick()

    expect(recovered()).toBe(before + 1)
  })
})
