import { describe, expect, it } from 'vitest'
import { BrokerError } from '#core/errors.ts'
import { Secret } from '#core/secret.ts'
import type { Session, SessionStore } from '#core/session/session-store.ts'
import type { AccessTokensDeps } from '#core/tokens/access-tokens.ts'
import type { RefreshGrant } from '#core/tokens/refresh-answer.ts'
import { NOW } from '../../../fixtures.ts'
import { tokenWorld } from '../../../support/token-world.ts'

const DUE = 3_540
const OVER = 3_600
const away = () => Promise.reject(new Error('The table is away'))

/** A world at a second of its access token's life. */
async function setup(second: number) {
  const world = await tokenWorld()
  world.at(second)
  /** What an instance throws that has these in place of the world's. */
  const thrown = async (changes: Partial<AccessTokensDeps>, session = world.session) => {
    const instance = world.instance(changes)
    const error: unknown = await instance.freshAccessToken(session).then(
      () => undefined,
      (reason: unknown) => reason,
    )
    return error instanceof BrokerError ? error : undefined
  }
  /** One more of the same connection, with tokens as good. */
  const anotherSession = async (changes: Partial<Session> = {}) => {
    const { id, connection, tokenVersion, sealedTokens } = world.session
    const binding = { session: id, connection, tokenVersion }
    const tokens = await world.vault.open(sealedTokens, binding)
    const session = {
      ...world.session,
      ...changes,
      id: 'another',
      sealedTokens: await world.vault.seal(tokens, { ...binding, session: 'another' }),
    }
    await world.sessions.create(session)
    return session
  }
  return { ...world, thrown, anotherSession }
}

describe('a renewal', () => {
  it('reads the row consistently, so that it presents no token that was replaced', async () => {
    const { session, sessions, instance } = await setup(DUE)
    const reads: unknown[] = []
    const watched: SessionStore = {
      ...sessions,
      read(id, options) {
        reads.push(options)
        return sessions.read(id, options)
      },
    }

    await instance({ sessions: watched }).freshAccessToken(session)

    expect(reads).toEqual([{ consistent: true }])
  })

  it('leaves the token endpoint eight seconds, which run down', async () => {
    const { session, instance, server, clock } = await setup(DUE)
    const left: number[] = []
    const refreshGrant: RefreshGrant = async ({ tokens, remainingMs }) => {
      left.push(remainingMs())
      clock.ms += 1_500
      left.push(remainingMs())
      return server.redeem(tokens.refreshToken?.reveal())
    }

    await instance({ refreshGrant }).freshAccessToken(session)

    expect(left).toEqual([8_000, 6_500])
  })

  it('looks into the row once where its lease is somebody else’s when it is to be freed', async () => {
    const { session, sessions, instance, log } = await setup(DUE)
    let releases = 0
    const store: SessionStore = {
      ...sessions,
      async releaseLease() {
        releases += 1
        return false
      },
    }
    const refreshGrant: RefreshGrant = async () => ({ kind: 'unavailable' })

    const { accessToken } = await instance({ sessions: store, refreshGrant }).freshAccessToken(
      session,
    )

    expect(accessToken.reveal()).toBe('access-1')
    expect(releases).toBe(1)
    expect(log.lines.map(({ event }) => event)).toEqual(['token_refresh_failed'])
  })
})

describe('a renewal that fails says', () => {
  it('of which connection it is, and until when nothing is asked', async () => {
    const { thrown } = await setup(OVER)
    const refreshGrant: RefreshGrant = async () => ({ kind: 'unavailable', retryAfterSeconds: 90 })

    expect(await thrown({ refreshGrant })).toMatchObject({
      code: 'upstream_unavailable',
      retryAfterSeconds: 90,
      detail: { connection: 'general-production' },
    })
  })

  it('of a session that is gone nothing', async () => {
    const { thrown, sessions, session } = await setup(OVER)
    await sessions.delete(session.id)

    const error = await thrown({})

    expect(error?.code).toBe('session_over')
    expect(error?.detail).toEqual({})
  })

  it('that tokens were lost, and why', async () => {
    const { thrown, sessions, rescue } = await setup(OVER)
    const lost = { sessions: { ...sessions, storeTokens: away }, rescue: { ...rescue, put: away } }

    const error = await thrown(lost)

    expect(error).toMatchObject({ code: 'internal_error', cause: { message: 'The table is away' } })
    expect(error?.detail).toEqual({ connection: 'general-production', reason: 'tokens_not_stored' })
  })
})

it('asks nothing of a token endpoint that another session of the instance was refused at', async () => {
  const { session, sessions, anotherSession, instance } = await setup(OVER)
  const other = await anotherSession()
  let asked = 0
  const one = instance({
    async refreshGrant() {
      asked += 1
      return { kind: 'client_refused', retryAfterSeconds: 90 }
    },
  })

  await expect(one.freshAccessToken(session)).rejects.toMatchObject({
    code: 'upstream_unavailable',
  })
  await expect(one.freshAccessToken(other)).rejects.toMatchObject({
    code: 'upstream_unavailable',
    retryAfterSeconds: 90,
  })

  expect(asked).toBe(1)
  expect(await sessions.read(other.id)).not.toHaveProperty('attempt')
})

describe('an access token', () => {
  it('is not served of a session that needs the person, though it would be good for long', async () => {
    const { anotherSession, thrown, log } = await setup(0)
    const over = await anotherSession({ status: 'reauthorization-required' })

    expect((await thrown({}, over))?.code).toBe('session_over')
    expect(log.lines).toEqual([])
  })

  it('that was renewed for its time, and not for a 401, is renewed after a 401 a moment later', async () => {
    const { session, instance, server } = await setup(DUE)
    const one = instance()
    await one.freshAccessToken(session)

    const fresh = await one.freshAccessToken(session, { rejected: new Secret('access-2') })

    expect(fresh.accessToken.reveal()).toBe('access-3')
    expect(server.presented).toEqual(['refresh-1', 'refresh-2'])
  })

  it('is renewed for who was refused with it, while another asks who was refused with an older one', async () => {
    const { session, instance, server } = await setup(0)
    const one = instance()
    const served = async (rejected: string) => {
      const options = { rejected: new Secret(rejected) }
      return (await one.freshAccessToken(session, options)).accessToken.reveal()
    }

    expect(await Promise.all([served('access-0'), served('access-1')])).toEqual([
      'access-1',
      'access-2',
    ])
    expect(server.presented).toEqual(['refresh-1'])
  })

  it('is not renewed again for a 401 within the minute, however long the machine has run', async () => {
    const { session, instance, server, at } = await setup(1_000)
    const one = instance()
    await one.freshAccessToken(session, { rejected: new Secret('access-1') })
    at(1_059)

    await one.freshAccessToken(session, { rejected: new Secret('access-2') })

    expect(server.presented).toEqual(['refresh-1'])
    expect(NOW).toBeLessThan(session.accessTokenExpiresAt)
  })
})
