import { createHash } from 'node:crypto'
import { afterAll, describe, expect, it } from 'vitest'
import { plainBrowser } from '../support/browser.ts'
import { givenBroker } from './given-broker.ts'

const broker = await givenBroker()
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
