import { describe, expect, it } from 'vitest'
import {
  memorySessionStore,
  type SignOnMessage,
  type SsoMessage,
  sessionKey,
  visits,
} from '#client/index.ts'

const NOW = Date.parse('2026-01-01T12:00:00Z')
const ENDS_AT = '2026-01-01T13:00:00.000Z'

function setup() {
  const clock = { ms: NOW }
  const now = () => clock.ms
  return { clock, desk: visits({ store: memorySessionStore(now), now }) }
}

const message = (SessionID = 'session-1'): SsoMessage => ({
  Meta: {
    DataModel: 'SSO',
    EventType: 'Sign-on',
    SessionID,
    SessionBaseURL: 'https://broker.example/live/fhir/R4/general/Development',
  },
  Subject: `user-of-${SessionID}`,
  Extensions: { SessionEndsAt: ENDS_AT },
})

/** The cookie as a browser sends it back. */
const sentBack = (...cookies: readonly (string | undefined)[]) =>
  cookies.map((cookie) => cookie?.split(';', 1)[0]).join('; ')

describe('a visit', () => {
  it('begins with the token of its sign-on, once, and is found by its cookie (CX-07)', async () => {
    const { desk } = setup()
    const token = await desk.expect(message())
    const opened = await desk.open(token)

    expect(opened?.key).toBe(await sessionKey('session-1'))
    expect(opened?.cookie).toMatch(
      /^visit_[\w-]{8}=[\w-]{43}; Path=\/s\/[\w-]{43}; HttpOnly; Secure; SameSite=None; Partitioned$/,
    )
    expect(await desk.open(token)).toBeUndefined()

    const cookie = sentBack(opened?.cookie)
    const request = new Request('https://app.example', { headers: { cookie } })
    for (const sender of [request, { cookie }]) {
      expect((await desk.find(opened?.key ?? '', sender))?.message.Subject).toBe(
        'user-of-session-1',
      )
    }
  })

  it('opens for one of many who come with its token at once', async () => {
    const { desk } = setup()
    const token = await desk.expect(message())
    const opened = await Promise.all(Array.from({ length: 20 }, () => desk.open(token)))

    expect(opened.filter((visit) => visit !== undefined)).toHaveLength(1)
  })

  it('is not found without its cookie, nor with that of another (CX-07)', async () => {
    const { desk } = setup()
    const [one, other] = [
      await desk.open(await desk.expect(message('session-1'))),
      await desk.open(await desk.expect(message('session-2'))),
    ]
    const name = one?.cookie.split('=', 1)[0]
    const key = one?.key ?? ''

    for (const cookie of [undefined, '', sentBack(other?.cookie), `${name}=`, `${name}=wrong`]) {
      expect(await desk.find(key, { cookie })).toBeUndefined()
    }
    const both = { cookie: sentBack(other?.cookie, one?.cookie) }
    expect((await desk.find(key, both))?.message.Subject).toBe('user-of-session-1')
    expect((await desk.find(other?.key ?? '', both))?.message.Subject).toBe('user-of-session-2')
  })

  it('is not begun a minute later, and ends with its session', async () => {
    const { desk, clock } = setup()
    const late = await desk.expect(message())
    clock.ms += 60_000
    expect(await desk.open(late)).toBeUndefined()

    const opened = await desk.open(await desk.expect(message()))
    const cookie = sentBack(opened?.cookie)
    clock.ms = Date.parse(ENDS_AT) - 1
    expect(await desk.find(opened?.key ?? '', { cookie })).toBeDefined()
    clock.ms += 1
    expect(await desk.find(opened?.key ?? '', { cookie })).toBeUndefined()
  })

  it('ends by the key that an event names its session by', async () => {
    const { desk } = setup()
    const opened = await desk.open(await desk.expect(message()))
    await desk.end(await sessionKey('session-1'))
    await desk.end('unknown')

    const cookie = sentBack(opened?.cookie)
    expect(await desk.find(opened?.key ?? '', { cookie })).toBeUndefined()
  })
})

describe('a visit without a session', () => {
  const signOn: SignOnMessage = {
    Meta: { DataModel: 'SSO', EventType: 'Sign-on' },
    Subject: 'helen-brandt',
  }

  it('has a key of its own, and ends twelve hours after it began', async () => {
    const clock = { ms: NOW }
    const now = () => clock.ms
    const desk = visits<SignOnMessage>({ store: memorySessionStore(now), now })
    const [one, other] = [
      await desk.open(await desk.expect(signOn)),
      await desk.open(await desk.expect(signOn)),
    ]
    expect(one?.key).toMatch(/^[\w-]{43}$/)
    expect(one?.key).not.toBe(other?.key)

    const cookie = sentBack(one?.cookie)
    clock.ms += 12 * 3_600_000 - 1
    expect((await desk.find(one?.key ?? '', { cookie }))?.message).toEqual(signOn)
    expect(await desk.find(other?.key ?? '', { cookie })).toBeUndefined()
    clock.ms += 1
    expect(await desk.find(one?.key ?? '', { cookie })).toBeUndefined()
  })
})

describe('what a visit leaves in the store', () => {
  it('is neither its token nor its secret', async () => {
    const kept: string[] = []
    const store = memorySessionStore(() => NOW)
    const desk = visits({
      now: () => NOW,
      store: {
        ...store,
        set: (...entry) => {
          kept.push(entry.join(' '))
          return store.set(...entry)
        },
      },
    })
    const token = await desk.expect(message())
    const opened = await desk.open(token)
    const secret = /=([\w-]{43});/.exec(opened?.cookie ?? '')?.[1] ?? 'none'

    expect(kept).toHaveLength(2)
    expect(kept.join(' ')).not.toContain(token)
    expect(kept.join(' ')).not.toContain(secret)
  })
})
