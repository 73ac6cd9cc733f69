import { describe, expect, it } from 'vitest'
import { BrokerError } from '#core/errors.ts'
import { Secret } from '#core/secret.ts'
import type { SessionStore } from '#core/session/session-store.ts'
import type { FreshAccessTokenOptions } from '#core/tokens/access-tokens.ts'
import type { RefreshAnswer, RefreshGrant } from '#core/tokens/refresh-answer.ts'
import type { RefreshCount, RefreshEvent } from '#core/tokens/refresh-observer.ts'
import { NOW } from '../../../fixtures.ts'
import { never, tokenWorld } from '../../../support/token-world.ts'

const DUE = 3_540
const OVER = 3_600

async function setup(options: Parameters<typeof tokenWorld>[0] = {}) {
  const world = await tokenWorld(options)
  /** The token that a new instance serves, or the code of its error. */
  const served = async (
    options: FreshAccessTokenOptions = {},
    instance = world.instance(),
  ): Promise<string> => {
    try {
      const { accessToken } = await instance.freshAccessToken(world.session, options)
      return accessToken.reveal()
    } catch (error) {
      return BrokerError.from(error).code
    }
  }
  const events = () => world.log.lines.map(({ event }) => event)
  return { ...world, served, events }
}

/** A store of which some verbs behave as told. */
function having(store: SessionStore, changes: Partial<SessionStore>): SessionStore {
  return { ...store, ...changes }
}

const answering =
  (answer: RefreshAnswer): RefreshGrant =>
  async () =>
    answer

describe('freshAccessToken', () => {
  it('serves a token that is not due from the row that was read, and reads no more', async () => {
    const { at, served, instance, sessions, server } = await setup()
    at(DUE - 1)
    const reads = having(sessions, { read: () => Promise.reject(new Error('read')) })

    expect(await served({}, instance({ sessions: reads }))).toBe('access-1')
    expect(server.presented).toEqual([])
  })

  it('renews a token that is due, and answers the session as the row has it', async () => {
    const { at, session, instance, row, events } = await setup()
    at(DUE)

    const fresh = await instance().freshAccessToken(session)

    expect(fresh.accessToken.reveal()).toBe('access-2')
    expect(fresh.session).toEqual(await row())
    expect(fresh.session).toMatchObject({
      tokenVersion: 2,
      fence: 1,
      accessTokenExpiresAt: NOW + DUE + 3_600,
      renewAhead: true,
      // By then it may be idle.
      dueAt: NOW + 3_600,
    })
    expect(fresh.session.refreshDueAt).toBeGreaterThanOrEqual(NOW + DUE + 3_540)
    expect(events()).toEqual(['token_refreshed'])
  })

  it('renews ahead for one who comes by once a minute, and for nobody else', async () => {
    const { at, served } = await setup()
    at(DUE - 60)

    expect(await served()).toBe('access-1')
    expect(await served({ dueWithinSeconds: 59 })).toBe('access-1')
    expect(await served({ dueWithinSeconds: 60 })).toBe('access-2')
  })

  it('renews ahead for one while another of the instance is served what is not due', async () => {
    const { at, served, instance, server } = await setup()
    const shared = instance()
    at(DUE - 1)

    const both = await Promise.all([
      served({ rejected: new Secret('not-the-row-s') }, shared),
      served({ rejected: new Secret('not-the-row-s'), dueWithinSeconds: 60 }, shared),
    ])

    expect(both).toEqual(['access-1', 'access-2'])
    expect(server.presented).toEqual(['refresh-1'])
  })

  it('begins with a row that was read just now, and spares a read', async () => {
    const { at, served, instance, sessions } = await setup()
    at(DUE)
    const reads = having(sessions, { read: () => Promise.reject(new Error('read')) })

    expect(await served({ isJustRead: true }, instance({ sessions: reads }))).toBe('access-2')
  })

  it('presents nothing for a row that has changed since it was read', async () => {
    const { at, served, session, instance, server } = await setup()
    at(DUE)
    await instance().freshAccessToken(session)

    expect(await served({ isJustRead: true })).toBe('access-2')
    expect(server.presented).toEqual(['refresh-1'])
  })

  it('renews again with the rotated token when that is due', async () => {
    const { at, served, server } = await setup()

    at(DUE)
    await served()
    at(DUE + 3_570)

    expect(await served()).toBe('access-3')
    expect(server.presented).toEqual(['refresh-1', 'refresh-2'])
  })

  it('asks once for all callers of one instance', async () => {
    const { at, served, instance, server, sessions } = await setup()
    at(OVER)
    let reads = 0
    const counted = having(sessions, {
      read: (id) => {
        reads += 1
        return sessions.read(id)
      },
    })
    const one = instance({ sessions: counted })

    const tokens = await Promise.all(Array.from({ length: 50 }, () => served({}, one)))

    expect(new Set(tokens)).toEqual(new Set(['access-2']))
    expect(server.presented).toEqual(['refresh-1'])
    expect(reads).toBe(1)
  })

  it.each([DUE, OVER])('asks once for 100 callers in 20 instances (second %d)', async (second) => {
    const { at, served, instance, server } = await setup()
    at(second)
    const instances = Array.from({ length: 20 }, () => instance())

    const tokens = await Promise.all(
      instances.flatMap((one) => Array.from({ length: 5 }, () => served({}, one))),
    )

    const allowed = second < OVER ? ['access-1', 'access-2'] : ['access-2']
    expect(tokens.filter((token) => !allowed.includes(token))).toEqual([])
    expect(server.presented).toEqual(['refresh-1'])
  })

  it('serves the old token without a wait while another renews it', async () => {
    const { at, served, instance, clock, server } = await setup()
    at(DUE)
    const holder = instance({ refreshGrant: () => never })
    void served({}, holder)
    await new Promise((resolve) => setImmediate(resolve))
    const before = clock.ms

    expect(await served()).toBe('access-1')
    expect(clock.ms).toBe(before)
    expect(server.presented).toEqual([])
  })

  it('knows no session that was deleted meanwhile', async () => {
    const { at, served, sessions, session } = await setup()
    at(DUE)
    sessions.delete(session.id)

    expect(await served()).toBe('session_over')
  })

  it('begins no renewal that the invocation has no time for', async () => {
    const { at, served, server } = await setup()

    at(DUE)
    expect(await served({ remainingMs: () => 18_000 })).toBe('access-1')
    at(OVER)
    expect(await served({ remainingMs: () => 18_000 })).toBe('session_busy')

    expect(server.presented).toEqual([])
  })

  it('serves tokens without a refresh token to their end, and then the session is over (SM-33)', async () => {
    const { at, served, server } = await setup({ refreshToken: false })

    at(OVER - 1)
    expect(await served()).toBe('access-1')
    at(OVER)
    expect(await served()).toBe('session_over')

    expect(server.presented).toEqual([])
  })

  it('opens nothing that was put into the row from another session, alarms, and has the app launch again', async () => {
    const { at, served, sessions, session, vault, log, metrics } = await setup()
    const { accessToken, ...server } = {
      accessToken: new Secret('foreign'),
      tokenEndpoint: 'https://login.general.example/token',
      issuer: 'https://login.general.example',
      pagingKey: new Secret('paging-key'),
    }
    const foreign = await vault.seal(
      { accessToken, ...server },
      { session: 'another', tokenVersion: 1, connection: session.connection },
    )
    sessions.put({ ...session, sealedTokens: foreign })
    at(DUE)

    expect(await served()).toBe('session_over')
    const fields = { connection: session.connection, reason: 'vault_session_mismatch' }
    expect(log.lines).toEqual([{ level: 'error', event: 'session_tokens_refused', fields }])
    expect(metrics.measures).toEqual([{ name: 'TokensRefused' }])
  })

  describe('after a 401', () => {
    const rejected = new Secret('access-1')

    it('renews a token that seems valid', async () => {
      const { served, server } = await setup()

      expect(await served({ rejected })).toBe('access-2')
      expect(server.presented).toEqual(['refresh-1'])
    })

    it('renews once for all who were refused, wherever', async () => {
      const { served, server } = await setup()

      const tokens = await Promise.all(Array.from({ length: 30 }, () => served({ rejected })))

      expect(new Set(tokens)).toEqual(new Set(['access-2']))
      expect(server.presented).toEqual(['refresh-1'])
    })

    it('takes what somebody has renewed since', async () => {
      const { served, server } = await setup()
      await served({ rejected })

      expect(await served({ rejected })).toBe('access-2')
      expect(server.presented).toEqual(['refresh-1'])
    })

    it('does not renew again and again what the EHR refuses for another reason', async () => {
      const { served, instance, server, clock } = await setup()
      const one = instance()
      await served({ rejected }, one)

      expect(await served({ rejected: new Secret('access-2') }, one)).toBe('access-2')
      expect(server.presented).toEqual(['refresh-1'])
      clock.ms += 60_000
      expect(await served({ rejected: new Secret('access-2') }, one)).toBe('access-3')
    })
  })

  describe('when the server does not grant', () => {
    it('ends the session on invalid_grant, with one call and one event (SM-84)', async () => {
      const { at, served, instance, row, events, server } = await setup()
      at(DUE)
      server.redeem('stolen')

      expect(await served()).toBe('session_over')
      expect(await served()).toBe('session_over')

      expect((await row())?.status).toBe('reauthorization-required')
      expect(server.presented).toEqual(['stolen', 'refresh-1'])
      expect(events()).toEqual(['session_reauthorization_required'])
      expect(await served({}, instance())).toBe('session_over')
    })

    it('ends the session of a changed patient', async () => {
      const { at, served, instance, row, events } = await setup()
      at(DUE)
      const refreshGrant = answering({ kind: 'changed', what: 'patient' })

      expect(await served({}, instance({ refreshGrant }))).toBe('session_over')

      expect(await row()).toMatchObject({ status: 'reauthorization-required', tokenVersion: 1 })
      expect(events()).toEqual(['session_patient_changed', 'session_reauthorization_required'])
    })

    it.each(['unavailable', 'client_refused'] as const)(
      'pauses when it is %s, and serves what is valid',
      async (kind) => {
        const { at, served, instance, row, server } = await setup()
        at(DUE)
        const refreshGrant = answering({ kind, retryAfterSeconds: 90 })

        expect(await served({}, instance({ refreshGrant }))).toBe('access-1')
        expect(await row()).toMatchObject({ status: 'active', nextAttemptAt: NOW + DUE + 90 })
        expect(await served()).toBe('access-1')
        at(OVER)
        expect(await served()).toBe('upstream_unavailable')
        expect(server.presented).toEqual([])

        at(DUE + 90)
        expect(await served()).toBe('access-2')
      },
    )

    it('says when to come back', async () => {
      const { at, session, instance } = await setup()
      at(OVER)
      const refreshGrant = answering({ kind: 'unavailable', retryAfterSeconds: 90 })

      await expect(instance({ refreshGrant }).freshAccessToken(session)).rejects.toMatchObject({
        code: 'upstream_unavailable',
        retryAfterSeconds: 90,
      })
    })

    it('never presents again what it got no answer to, and serves what is valid', async () => {
      const { at, served, instance, row, events, server } = await setup()
      at(DUE)
      const refreshGrant = answering({ kind: 'ambiguous' })

      expect(await served({}, instance({ refreshGrant }))).toBe('access-1')
      expect(await served()).toBe('access-1')
      expect((await row())?.status).toBe('active')
      at(OVER)
      expect(await served()).toBe('session_over')

      expect((await row())?.status).toBe('reauthorization-required')
      expect(server.presented).toEqual([])
      expect(events()).toEqual(['token_refresh_unanswered', 'session_reauthorization_required'])
    })
  })

  describe('when storing goes wrong', () => {
    const away = () => Promise.reject(new Error('The table is away'))

    it('stores at a later try', async () => {
      const { at, served, instance, sessions, row, server } = await setup()
      at(OVER)
      let tries = 0
      const store = having(sessions, {
        storeTokens: (...write) => {
          tries += 1
          return tries < 4 ? away() : sessions.storeTokens(...write)
        },
      })

      expect(await served({}, instance({ sessions: store }))).toBe('access-2')

      expect(await row()).toMatchObject({ tokenVersion: 2 })
      expect(server.presented).toEqual(['refresh-1'])
    })

    it('takes a write for its own whose answer was lost', async () => {
      const { at, served, instance, sessions, events } = await setup()
      at(OVER)
      let tries = 0
      const store = having(sessions, {
        async storeTokens(...write) {
          tries += 1
          const isStored = await sessions.storeTokens(...write)
          return tries === 1 ? away() : isStored
        },
      })

      expect(await served({}, instance({ sessions: store }))).toBe('access-2')
      expect(events()).toEqual(['token_refreshed'])
    })

    it('puts the tokens on the second path, where the next reader finds them', async () => {
      const { at, served, instance, sessions, row, events, server } = await setup()
      at(OVER)
      const store = having(sessions, { storeTokens: away })

      expect(await served({}, instance({ sessions: store }))).toBe('access-2')
      expect(await row()).toMatchObject({ tokenVersion: 1 })
      expect(await served()).toBe('access-2')

      const after = await row()
      expect(after).toMatchObject({ tokenVersion: 2, status: 'active' })
      expect(after).not.toHaveProperty('lease')
      expect(server.presented).toEqual(['refresh-1'])
      expect(events()).toEqual(['tokens_rescued', 'tokens_recovered'])
    })

    it('finds them at once in the instance that put them there', async () => {
      const { at, served, instance, sessions, clock } = await setup()
      at(OVER)
      let isAway = true
      const store = having(sessions, {
        storeTokens: (...write) => (isAway ? away() : sessions.storeTokens(...write)),
      })
      const one = instance({ sessions: store })
      await served({}, one)
      isAway = false
      const before = clock.ms

      expect(await served({}, one)).toBe('access-2')
      expect(clock.ms).toBe(before)
    })

    describe('and an attempt is in doubt', () => {
      async function inDoubt(tokenVersion: number) {
        const world = await setup()
        const { session, sessions, vault, at } = world
        const { id, connection } = session
        sessions.put({ ...session, attempt: { id: 'a', startedAt: NOW, phase: 'redeeming' } })
        at(OVER)
        const tokens = {
          accessToken: new Secret('access-rescued'),
          tokenEndpoint: 'https://login.general.example/token',
          issuer: 'https://login.general.example',
          pagingKey: new Secret('paging-key'),
        }
        const rescued = {
          sealedTokens: await vault.seal(tokens, { session: id, connection, tokenVersion }),
          tokenVersion,
          accessTokenExpiresAt: NOW + 7_200,
          refreshDueAt: NOW + 7_140,
          scopes: ['openid'],
        }
        return { ...world, rescued }
      }

      it('looks once more when the fence is its own, before it gives up', async () => {
        const { served, instance, rescue, rescued, row } = await inDoubt(2)
        let looks = 0
        const late = {
          ...rescue,
          async find() {
            looks += 1
            return looks === 1 ? undefined : rescued
          },
        }

        expect(await served({}, instance({ rescue: late }))).toBe('access-rescued')
        expect(await row()).toMatchObject({ status: 'active', tokenVersion: 2 })
      })

      it.each([1, 3])('brings back no tokens of another version (%d)', async (version) => {
        const { served, session, rescue, rescued, row } = await inDoubt(version)
        await rescue.put(session.id, 'a', rescued)

        expect(await served()).toBe('session_over')
        expect(await row()).toMatchObject({ status: 'reauthorization-required', tokenVersion: 1 })
      })
    })

    it('fails closed and loudly when both paths are away: no token is used that is not kept (NF-51)', async () => {
      const { at, served, instance, sessions, rescue, events } = await setup()
      at(OVER)
      const one = instance({
        sessions: having(sessions, { storeTokens: away }),
        rescue: { ...rescue, put: away },
      })

      expect(await served({}, one)).toBe('internal_error')
      expect(events()).toEqual(['tokens_lost'])
      expect(await served()).toBe('session_over')
    })

    it('stores nothing for a session that was deleted while it redeemed', async () => {
      const { at, served, instance, sessions, session, server, row } = await setup()
      at(OVER)
      const refreshGrant: RefreshGrant = async ({ tokens }) => {
        sessions.delete(session.id)
        return server.redeem(tokens.refreshToken?.reveal())
      }

      expect(await served({}, instance({ refreshGrant }))).toBe('session_over')
      expect(await row()).toBeUndefined()
    })

    it('frees a lease of which it cannot know whether it got it', async () => {
      const { at, served, instance, sessions, row } = await setup()
      at(OVER)
      const store = having(sessions, {
        async acquireLease(...request) {
          await sessions.acquireLease(...request)
          return away()
        },
      })

      expect(await served({}, instance({ sessions: store }))).toBe('internal_error')

      expect(await row()).not.toHaveProperty('lease')
      expect(await served()).toBe('access-2')
    })
  })

  describe('when the holder dies', () => {
    /** Waits until an instance can come no further. */
    const settled = async (working: Promise<unknown>) => {
      void working
      for (let turn = 0; turn < 20; turn += 1) {
        await new Promise((resolve) => setImmediate(resolve))
      }
    }

    it('before it stored, nobody presents the token again, and the session ends', async () => {
      const { at, served, instance, sessions, server, row } = await setup()
      at(DUE)
      const dying = instance({ sessions: having(sessions, { storeTokens: () => never }) })
      await settled(served({}, dying))
      expect(server.presented).toEqual(['refresh-1'])

      expect(await served()).toBe('access-1')
      at(OVER)
      expect(await served()).toBe('session_over')

      expect((await row())?.status).toBe('reauthorization-required')
      expect(server.presented).toEqual(['refresh-1'])
    })

    it('is waited for a whole lease, and no shorter', async () => {
      const { at, served, instance, clock } = await setup()
      at(OVER)
      await settled(served({}, instance({ refreshGrant: () => never })))
      const before = clock.ms

      await served()

      expect(clock.ms - before).toBeGreaterThanOrEqual(20_000)
      expect(clock.ms - before).toBeLessThan(21_000)
    })

    it('loses the lease for good: what it brings later is not stored', async () => {
      const { at, served, instance, row, events, server } = await setup()
      at(OVER)
      let answerLate: (answer: RefreshAnswer) => void = () => undefined
      const late = new Promise<RefreshAnswer>((resolve) => {
        answerLate = resolve
      })
      const slow = served({}, instance({ refreshGrant: () => late }))
      await settled(slow)
      expect(await served()).toBe('session_over')
      const before = await row()

      answerLate(server.redeem('refresh-1'))

      expect(await slow).toBe('session_over')
      expect(await row()).toEqual(before)
      expect(events()).toContain('token_refresh_fenced')
    })

    it('is not waited for where its lease is long over by any clock', async () => {
      const { at, served, instance, clock } = await setup()
      at(DUE)
      await settled(served({}, instance({ refreshGrant: () => never })))
      at(DUE + 321)
      const before = clock.ms

      expect(await served()).toBe('session_over')
      expect(clock.ms).toBe(before)
    })
  })

  describe('when a renewal was cut off, and the server is not known to revoke for reuse', () => {
    const tolerant = { reuse: 'tolerated' } as const
    /** An instance that dies in the verb; the row then says `redeeming`, and nothing was presented. */
    const cutOff = async (world: Awaited<ReturnType<typeof setup>>) => {
      void world.served({}, world.instance({ refreshGrant: () => never }))
      await settled()
    }
    const settled = async () => {
      for (let turn = 0; turn < 20; turn += 1) {
        await new Promise((resolve) => setImmediate(resolve))
      }
    }

    it('presents the refresh token once more, and says so in the row before', async () => {
      const world = await setup(tolerant)
      const { at, served, instance, row, events, server } = world
      at(OVER)
      await cutOff(world)
      const phases: unknown[] = []
      const refreshGrant: RefreshGrant = async ({ tokens }) => {
        phases.push((await row())?.attempt?.phase)
        return server.redeem(tokens.refreshToken?.reveal())
      }

      expect(await served({}, instance({ refreshGrant }))).toBe('access-2')
      expect(phases).toEqual(['taking-over'])
      expect(await row()).toMatchObject({ status: 'active', tokenVersion: 2 })
      expect(events()).toEqual(['token_refresh_taken_over', 'token_refreshed'])
    })

    it('presents it no third time, whoever dies', async () => {
      const world = await setup(tolerant)
      const { at, served, row, server } = world
      at(DUE)
      await cutOff(world)
      world.clock.ms += 1_000
      await served()
      world.clock.ms += 20_000
      const dead = (await row())?.lease?.owner
      expect(dead).toBeDefined()
      world.clock.ms += 301_000
      await cutOff(world)
      expect((await row())?.attempt?.phase).toBe('taking-over')
      world.clock.ms += 321_000

      expect(await served()).toBe('session_over')

      expect(server.presented).toEqual([])
      expect((await row())?.status).toBe('reauthorization-required')
    })

    it('waits out the pause after an answer that did not come, and then presents once more', async () => {
      const { at, served, instance, clock, server } = await setup(tolerant)
      at(OVER)
      const one = instance({ refreshGrant: answering({ kind: 'ambiguous' }) })

      expect(await served({}, one)).toBe('upstream_unavailable')
      clock.ms += 2_000
      expect(await served()).toBe('access-2')
      expect(server.presented).toEqual(['refresh-1'])
    })

    it('takes the tokens of a holder that was only slow, if nobody else got any', async () => {
      const world = await setup()
      const { at, served, instance, row, events, server } = world
      at(DUE)
      let answer: (answer: RefreshAnswer) => void = () => undefined
      const late = new Promise<RefreshAnswer>((resolve) => {
        answer = resolve
      })
      const slow = served({}, instance({ refreshGrant: () => late }))
      await settled()
      const other = instance()
      await served({}, other)
      world.clock.ms += 20_000
      expect(await served({}, other)).toBe('access-1')
      expect((await row())?.attempt?.phase).toBe('unresolved')

      answer(server.redeem('refresh-1'))

      expect(await slow).toBe('access-2')
      expect(await row()).toMatchObject({ status: 'active', tokenVersion: 2 })
      expect(events()).toEqual([
        'session_reauthorization_required',
        'token_refresh_fenced',
        'tokens_recovered',
      ])
    })
  })

  describe('tells its observer', () => {
    async function observed(reuse: 'revokes' | 'tolerated' = 'revokes') {
      const world = await setup({ reuse })
      const told: string[] = []
      const counted: string[] = []
      const observer = {
        tell: async ({ event }: RefreshEvent) => void told.push(event),
        count: (counting: RefreshCount, connection: string) =>
          void counted.push(
            `${counting.count}${'outcome' in counting ? ` ${counting.outcome}` : ''} ${connection}`,
          ),
      }
      return { ...world, observer, told, counted }
    }

    it('of a session that was refreshed', async () => {
      const { at, served, instance, observer, told, counted } = await observed()
      at(DUE)
      await served({}, instance({ observer }))

      expect(told).toEqual(['session.refreshed'])
      expect(counted).toEqual(['refreshes granted general-production'])
    })

    it('once of a session that needs the person, as soon as that is sure', async () => {
      const { at, served, instance, observer, told } = await observed()
      at(DUE)
      const one = instance({ observer, refreshGrant: answering({ kind: 'ambiguous' }) })

      expect(await served({}, one)).toBe('access-1')
      expect(told).toEqual(['session.reauthorization-required'])
      at(OVER)
      expect(await served({}, one)).toBe('session_over')
      expect(told).toEqual(['session.reauthorization-required'])
    })

    it('of a connection that fails, and of its recovery, while sessions live', async () => {
      const { at, served, instance, observer, told, clock, row, server } = await observed()
      at(DUE)
      let isRight = false
      const one = instance({
        observer,
        refreshGrant: async ({ tokens }) =>
          isRight
            ? server.redeem(tokens.refreshToken?.reveal())
            : { kind: 'client_refused', detail: { oauthError: 'invalid_client' } },
      })

      expect(await served({}, one)).toBe('access-1')
      expect((await row())?.status).toBe('active')
      isRight = true
      expect(await served({}, one)).toBe('access-1')
      clock.ms += 10_000
      expect(await served({}, one)).toBe('access-2')
      expect(told).toEqual(['connection.failing', 'connection.recovered', 'session.refreshed'])
    })

    it('and is not disturbed by one that throws', async () => {
      const { at, served, instance, observer, events } = await observed()
      at(DUE)
      const tell = () => Promise.reject(new Error('The bus is away'))

      expect(await served({}, instance({ observer: { ...observer, tell } }))).toBe('access-2')
      expect(events()).toEqual(['token_refreshed', 'event_not_told'])
    })
  })

  it('asks a caller to come back who has waited for one holder after another', async () => {
    const { at, served, instance, sessions, session } = await setup()
    at(OVER)
    let holder = 0
    const store = having(sessions, {
      async read() {
        holder += 1
        return {
          ...session,
          lease: { owner: `holder-${holder}`, until: NOW + OVER + 20 },
          attempt: { id: `attempt-${holder}`, startedAt: NOW + OVER, phase: 'redeeming' },
        }
      },
    })

    expect(await served({}, instance({ sessions: store }))).toBe('session_busy')
  })
})
