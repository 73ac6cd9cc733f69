import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { BrokerError } from '#core/errors.ts'
import type { AccessTokensDeps } from '#core/tokens/access-tokens.ts'
import { never, tokenWorld } from '../../../support/token-world.ts'

/** Where an instance dies: before or after it did the nth thing. */
interface Death {
  readonly step: number
  readonly isAfter: boolean
}

const death = fc.record({ step: fc.nat({ max: 6 }), isAfter: fc.boolean() })

describe('freshAccessToken, however its steps interleave', () => {
  it('presents no refresh token twice, and leaves nobody without an answer (SM-83)', async () => {
    await fc.assert(
      fc.asyncProperty(
        fc.scheduler(),
        fc.array(fc.option(death, { nil: undefined }), { minLength: 2, maxLength: 5 }),
        fc.constantFrom(3_540, 3_599, 3_600),
        async (scheduler, deaths, second) => {
          const world = await tokenWorld()
          world.at(second)

          /** One instance's view of the world: each step waits for its turn, and may be its last. */
          const parts = (end: Death | undefined): Partial<AccessTokensDeps> => {
            let steps = 0
            const step = async <T>(name: string, act: () => Promise<T>): Promise<T> => {
              const mine = steps
              steps += 1
              await scheduler.schedule(Promise.resolve(), name)
              if (end?.step === mine && !end.isAfter) return never
              const result = await act()
              await scheduler.schedule(Promise.resolve(), `${name} answered`)
              return end?.step === mine ? never : result
            }
            const { sessions, rescue, refreshGrant } = world
            return {
              sessions: {
                ...sessions,
                read: (id) => step('read', () => sessions.read(id)),
                acquireLease: (...given) => step('acquire', () => sessions.acquireLease(...given)),
                storeTokens: (...given) => step('store', () => sessions.storeTokens(...given)),
                releaseLease: (...given) => step('release', () => sessions.releaseLease(...given)),
              },
              rescue: {
                put: (...given) => step('rescue', () => rescue.put(...given)),
                find: (...given) => step('find', () => rescue.find(...given)),
              },
              refreshGrant: (request) => step('redeem', () => refreshGrant(request)),
              // Waiting takes its turn too, and the clock goes on.
              pace: {
                ...world.pace,
                sleep: (ms) =>
                  scheduler.schedule(Promise.resolve(), 'sleep').then(() => {
                    world.clock.ms += ms * 20
                  }),
              },
            }
          }

          const answers = deaths.map(async (end) => {
            const { accessToken } = await world.instance(parts(end)).freshAccessToken(world.session)
            return accessToken.reveal()
          })
          const outcomes = answers.map((answer) =>
            answer.catch((error: unknown) => BrokerError.from(error).code),
          )
          await scheduler.waitIdle()

          expect(new Set(world.server.presented).size).toBe(world.server.presented.length)

          const living = outcomes.filter((_, serial) => !deaths[serial])
          const allowed = ['access-1', 'access-2', 'session_over', 'session_busy']
          for (const outcome of await Promise.all(living)) expect(allowed).toContain(outcome)
          if (deaths.every((end) => end === undefined)) {
            for (const outcome of await Promise.all(living)) expect(outcome).toMatch(/^access-/)
            expect(await world.row()).toMatchObject({ tokenVersion: 2, fence: 1 })
          }

          // Whoever comes after all that is served, but for a chain that a death left in doubt.
          world.clock.ms = Math.max(world.clock.ms, 3_600_000)
          const row = await world.row()
          const isInDoubt = row?.status !== 'active' || row.attempt !== undefined
          const last = await world
            .instance()
            .freshAccessToken(world.session)
            .then(({ accessToken }) => accessToken.reveal())
            .catch((error: unknown) => BrokerError.from(error).code)

          expect(last).toBe(isInDoubt ? 'session_over' : 'access-2')
          expect(new Set(world.server.presented).size).toBe(world.server.presented.length)
        },
      ),
      { numRuns: 300 },
    )
  })
})
