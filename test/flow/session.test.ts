import { afterAll, describe, expect, it } from 'vitest'
import { plainBrowser } from '../support/browser.ts'
import { givenBroker } from './given-broker.ts'

const broker = await givenBroker()
afterAll(() => broker.close())

async function setup() {
  const { message } = await broker.signOn(plainBrowser())
  const session = message.body.Meta.SessionID
  const bound = await broker.appToken('heartline', { session })
  return { session, bound }
}

async function issueCode(answer: Response): Promise<string | undefined> {
  const { issue } = (await answer.json()) as { issue?: readonly { readonly code: string }[] }
  return issue?.[0]?.code
}

describe('a session', () => {
  it('is named by the query, the header or a bound token, or by all of them', async () => {
    const { session, bound } = await setup()
    const read = async (call: Parameters<typeof broker.fhir>[1]) =>
      (await broker.fhir('/Patient/pat-1', call)).status

    expect(await read({ session })).toBe(200)
    expect(await read({ sessionHeader: session })).toBe(200)
    expect(await read({ authorization: bound })).toBe(200)
    expect(await read({ session, sessionHeader: session, authorization: bound })).toBe(200)
    const seen = broker.ehr.fhirRequests.slice(-4)
    expect(seen.map(({ headers }) => headers['x-sallyport-session'])).toEqual(
      Array(4).fill(undefined),
    )
  })

  it('is one: two ways that differ are refused', async () => {
    const { session, bound } = await setup()
    const { session: another } = await setup()

    for (const call of [
      { session, sessionHeader: another },
      { session: another, authorization: bound },
      { sessionHeader: another, authorization: bound },
    ]) {
      const answer = await broker.fhir('/Patient/pat-1', call)
      expect(answer.status).toBe(400)
      expect(await issueCode(answer)).toBe('invalid')
    }
  })

  it('that is another app’s gets no bound token, and a bound token is the app’s alone', async () => {
    const { session } = await setup()

    await expect(broker.appToken('other', { session })).resolves.toBe('Bearer undefined')
  })

  it('is described to its app, without its tokens', async () => {
    const { session } = await setup()

    const answer = await broker.api('/session', { sessionHeader: session })

    expect(answer.headers.get('cache-control')).toBe('no-store')
    expect(await answer.json()).toEqual({
      status: 'active',
      connection: 'general-development',
      organization: 'general',
      environment: 'Development',
      sessionBaseUrl: broker.fhirBase,
      patient: 'pat-1',
      scopes: expect.arrayContaining(['patient/*.rs']),
      createdAt: expect.stringMatching(/^\d{4}-.*Z$/),
      lastUsedAt: expect.stringMatching(/Z$/),
      expiresAt: expect.stringMatching(/Z$/),
      idleUntil: expect.stringMatching(/Z$/),
    })
  })

  it('is no other app’s to see or to end', async () => {
    const { session } = await setup()
    const authorization = await broker.appToken('other')

    for (const method of ['GET', 'DELETE']) {
      const answer = await broker.api('/session', { session, method, authorization })
      expect(answer.status).toBe(403)
      expect(await issueCode(answer)).toBe('expired')
    }
    expect((await broker.fhir('/Patient/pat-1', { session })).status).toBe(200)
  })

  it('is dead to every reader once its app has ended it: 403, and 401 for a token bound to it', async () => {
    const { session, bound } = await setup()

    const ended = await broker.api('/session', { session, method: 'DELETE' })

    expect(ended.status).toBe(204)
    for (const path of ['/fhir/R4/general/Development/Patient/pat-1', '/session']) {
      const byQuery = await broker.api(path, { session })
      expect(byQuery.status).toBe(403)
      expect(await issueCode(byQuery)).toBe('expired')
      const byToken = await broker.api(path, { authorization: bound })
      expect(byToken.status).toBe(401)
      expect(await issueCode(byToken)).toBe('login')
    }
    expect((await broker.api('/session', { session, method: 'DELETE' })).status).toBe(403)
  })

  // The guard is an instance's own, and an instance that is not free yet is not asked twice.
  it('is not asked for without end once it is over: one who goes on is told to wait', async () => {
    const { session } = await setup()
    await broker.api('/session', { session, method: 'DELETE' })
    const before = broker.ehr.fhirRequests.length

    const statuses = []
    let stopped: Response
    do {
      stopped = await broker.fhir('/Patient/pat-1', { session })
      statuses.push(stopped.status)
    } while (stopped.status === 403 && statuses.length < 20)

    expect(statuses.slice(0, 3)).toEqual([403, 403, 403])
    expect(stopped.status).toBe(429)
    expect(Number(stopped.headers.get('retry-after'))).toBeGreaterThan(0)
    expect(await issueCode(stopped)).toBe('throttled')
    expect(broker.ehr.fhirRequests).toHaveLength(before)
  })

  it('is used within the scope that the app asked for, and no further', async () => {
    const { session } = await setup()
    const authorization = await broker.appToken('heartline', { session, scope: 'system/Patient.r' })

    const read = await broker.fhir('/Patient/pat-1', { authorization })
    const before = broker.ehr.fhirRequests.length
    const search = await broker.fhir('/Patient?name=x', { authorization })
    const erase = await broker.fhir('/Patient/pat-1', { authorization, method: 'DELETE' })

    expect([read.status, search.status, erase.status]).toEqual([200, 403, 403])
    expect(await issueCode(search)).toBe('forbidden')
    expect(broker.ehr.fhirRequests).toHaveLength(before)
  })

  it('is not kept alive by asking about it', async () => {
    const { session } = await setup()

    broker.stack.time.advance(2_000)
    expect((await broker.api('/session', { session })).status).toBe(200)
    broker.stack.time.advance(1_700)

    expect((await broker.api('/session', { session })).status).toBe(403)
  })
})
