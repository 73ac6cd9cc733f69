import { afterAll, describe, expect, it } from 'vitest'
import { plainBrowser } from '../support/browser.ts'
import { givenBroker } from './given-broker.ts'

const broker = await givenBroker({
  // So that whoever renews has the assertion signed.
  authentication: 'private_key_jwt',
  ehr: {
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

describe('a message of the Data Model API', () => {
  it('is answered in the session that a launch made, at both addresses, and after its token is over', async () => {
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

    broker.stack.time.advance(3_000)
    expect(await post('/endpoint', { session })).toMatchObject(expected)
    broker.stack.time.advance(3_000)
    expect(await post('/endpoint', { session })).toMatchObject(expected)
    const refreshes = broker.ehr.tokenRequests.filter(
      ({ body }) => body.get('grant_type') === 'refresh_token',
    )
    expect(refreshes.length).toBeGreaterThan(0)
    expect(JSON.stringify(broker.ehr.fhirRequests.slice(-1))).not.toContain(session)
  })
})
