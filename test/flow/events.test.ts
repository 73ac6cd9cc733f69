import { createHash } from 'node:crypto'
import { afterAll, describe, expect, it, onTestFinished, vi } from 'vitest'
import { plainBrowser } from '../support/browser.ts'
import { givenBroker } from './given-broker.ts'

const broker = await givenBroker({
  authentication: 'client_secret_basic',
  ehr: { accessTokenSeconds: 600 },
})
afterAll(() => broker.close())

const told = (type: string) =>
  broker.stack.events.filter((event) => event['detail-type'] === type).map(({ detail }) => detail)

async function setup() {
  const { message } = await broker.signOn(plainBrowser())
  const session = message.body.Meta.SessionID
  const key = createHash('sha256').update(session).digest('base64url')
  return { session, about: { app: 'heartline', connection: 'general-development', session: key } }
}

const TOLD = { id: expect.any(String), occurredAt: expect.stringMatching(/^\d{4}-.*Z$/) }

describe('the event bus is told', () => {
  it('of a session, as its app knows it and nobody can use it', async () => {
    const { session, about } = await setup()

    expect(told('session.created').at(-1)).toEqual({ type: 'session.created', ...about, ...TOLD })
    expect(JSON.stringify(broker.stack.events)).not.toContain(session)
    const stolen = await broker.api('/session', { sessionHeader: about.session })
    expect(stolen.status).toBe(403)
  })

  it('of its end by the app, once', async () => {
    const { session, about } = await setup()

    await broker.api('/session', { session, method: 'DELETE' })
    await broker.api('/session', { session, method: 'DELETE' })

    expect(told('session.ended').filter((detail) => detail['session'] === about.session)).toEqual([
      { type: 'session.ended', reason: 'app', ...about, ...TOLD },
    ])
  })

  it('of the end of a session that its app did not take', async () => {
    const browser = plainBrowser()
    const form = await broker.toHandOver(browser)
    broker.app.answer((response) => response.writeHead(500).end())
    onTestFinished(() => broker.app.answer((response) => response.writeHead(204).end()))

    await broker.handOver(browser, form)

    const { session } = told('session.created').at(-1) ?? {}
    expect(told('session.ended').at(-1)).toEqual({
      type: 'session.ended',
      reason: 'sign-on-failed',
      app: 'heartline',
      connection: 'general-development',
      session,
      ...TOLD,
    })
  })

  it('of the end of a session that nobody used for its idle limit', async () => {
    const { about } = await setup()
    broker.stack.time.advance(3_601)

    await broker.stack.tick()

    expect(told('session.ended').filter((detail) => detail['session'] === about.session)).toEqual([
      { type: 'session.ended', reason: 'idle', ...about, ...TOLD },
    ])
  })

  it('of a session that has to be authorized anew', async () => {
    const { session, about } = await setup()
    broker.ehr.misbehave({ tokenAnswer: { status: 400, body: { error: 'invalid_grant' } } })
    broker.stack.time.advance(601)
    const answer = await broker.fhir('/Patient/pat-1', { session })
    broker.ehr.misbehave({})

    expect(answer.status).toBe(403)
    expect(told('session.reauthorization-required')).toEqual([
      { type: 'session.reauthorization-required', reason: 'invalid_grant', ...about, ...TOLD },
    ])
  })

  it('of a connection whose client the EHR refuses, once, and of its recovery when its secret is set right', async () => {
    const sessions = [await setup(), await setup()]
    const read = ({ session }: { session: string }) => broker.fhir('/Patient/pat-1', { session })
    broker.ehr.changeSecret('the-next-secret-0123456789')
    broker.stack.time.advance(601)
    for (const one of sessions) expect((await read(one)).status).toBeGreaterThanOrEqual(500)
    const about = { app: 'heartline', connection: 'general-development', ...TOLD }
    const failing = [{ type: 'connection.failing', reason: 'client_refused', ...about }]
    expect([told('connection.failing'), told('connection.recovered')]).toEqual([failing, []])

    await broker.operate(['secret', 'set', 'client', 'general'], 'the-next-secret-0123456789')
    const recovers = async () => {
      broker.stack.time.advance(5)
      for (const one of sessions) expect((await read(one)).status).toBe(200)
    }
    await vi.waitFor(recovers, { timeout: 30_000, interval: 500 })

    expect(told('connection.failing')).toEqual(failing)
    expect(told('connection.recovered')).toEqual([{ type: 'connection.recovered', ...about }])
    expect(told('session.refreshed')).toEqual([])
    const ended = told('session.reauthorization-required').map(({ session }) => session)
    for (const one of sessions) expect(ended).not.toContain(one.about.session)
  })

  it('of a connection that the scheduled refresher finds failing, and a request working again', async () => {
    const { session } = await setup()
    const before = { failing: told('connection.failing'), recovered: told('connection.recovered') }
    broker.ehr.misbehave({ tokenAnswer: { status: 401, body: { error: 'invalid_client' } } })
    broker.stack.time.advance(560)
    await broker.stack.tick()
    broker.ehr.misbehave({})
    broker.stack.time.advance(60)
    expect((await broker.fhir('/Patient/pat-1', { session })).status).toBe(200)

    const about = { app: 'heartline', connection: 'general-development', ...TOLD }
    expect(told('connection.failing').slice(before.failing.length)).toEqual([
      { type: 'connection.failing', reason: 'client_refused', ...about },
    ])
    expect(told('connection.recovered').slice(before.recovered.length)).toEqual([
      { type: 'connection.recovered', ...about },
    ])
  })

  it('in the broker’s name, by functions that may put nothing else', () => {
    const sources = new Set(broker.stack.events.map(({ source }) => source))
    const puts = broker.stack.calls.filter(({ service }) => service === 'events')

    expect([...sources]).toEqual(['sallyport'])
    expect(puts.length).toBeGreaterThan(0)
    for (const { allowedBy } of puts) {
      expect(allowedBy.map(({ action }) => action)).toEqual(['events:PutEvents'])
    }
  })
})
