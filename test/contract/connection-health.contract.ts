import { describe, expect, it } from 'vitest'
import { type ConnectionHealth, HEALTH_LIFETIME_SECONDS } from '#core/events/connection-health.ts'
import type { Clock } from '#core/time.ts'
import { NOW } from '../fixtures.ts'

/** What every {@link ConnectionHealth} owes its callers. Each adapter's test runs it. */
export function connectionHealthContract(
  createHealth: (now: Clock) => Promise<ConnectionHealth>,
): void {
  describe('as a ConnectionHealth', () => {
    async function setup() {
      const clock = { time: NOW }
      const health = await createHealth(() => clock.time)
      return { clock, health, note: (failing: boolean) => health.note('general', failing) }
    }

    it('tells a change from what was noted before', async () => {
      const { note } = await setup()

      const changes = []
      for (const failing of [false, true, true, false, false, true]) {
        changes.push(await note(failing))
      }

      expect(changes).toEqual([false, true, false, true, false, true])
    })

    it('says how a connection is, each by itself', async () => {
      const { health, note } = await setup()
      await note(true)

      expect(await health.failingSince('general')).toBe(NOW)
      expect(await health.failingSince('another')).toBeUndefined()
      await note(false)
      expect(await health.failingSince('general')).toBeUndefined()
    })

    it('remembers since when it fails, however often that is said', async () => {
      const { clock, health, note } = await setup()
      await note(true)
      clock.time += 600
      await note(true)

      expect(await health.failingSince('general')).toBe(NOW)
    })

    it('gives a change to one of many who note it at once', async () => {
      const { note } = await setup()

      for (const failing of [true, false]) {
        const changes = await Promise.all(Array.from({ length: 20 }, () => note(failing)))
        expect(changes.filter(Boolean)).toHaveLength(1)
      }
    })

    it('forgets a failure of which nobody has said anything for long', async () => {
      const { clock, health, note } = await setup()
      await note(true)

      clock.time += HEALTH_LIFETIME_SECONDS
      expect(await health.failingSince('general')).toBeUndefined()
      expect(await note(false)).toBe(false)
      expect(await note(true)).toBe(true)
    })
  })
}
