import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import type { ReplayStore } from '#core/replay-store.ts'
import { NOW } from '../fixtures.ts'

/** What every {@link ReplayStore} owes its callers. Each adapter's test runs it. */
export function replayStoreContract(createStore: () => Promise<ReplayStore>): void {
  describe('as a ReplayStore', () => {
    it('lets an id pass once', async () => {
      const store = await createStore()

      expect(await store.markSeen('client', 'jti', NOW + 300)).toBe(true)
      expect(await store.markSeen('client', 'jti', NOW + 300)).toBe(false)
    })

    it('lets exactly one of fifty concurrent callers pass', async () => {
      const store = await createStore()

      const passed = await Promise.all(
        Array.from({ length: 50 }, () => store.markSeen('client', 'jti', NOW + 300)),
      )

      expect(passed.filter(Boolean)).toEqual([true])
    })

    it('tells two scopes apart, wherever the border between scope and id is', async () => {
      const store = await createStore()
      const text = fc.string({ maxLength: 6 })
      const seen = new Set<string>()

      await fc.assert(
        fc.asyncProperty(text, text, async (scope, id) => {
          const pair = JSON.stringify([scope, id])
          expect(await store.markSeen(scope, id, NOW + 300)).toBe(!seen.has(pair))
          seen.add(pair)
        }),
        { numRuns: 50 },
      )
    })

    it('takes an id of any length', async () => {
      const store = await createStore()

      expect(await store.markSeen('client', 'x'.repeat(5000), NOW + 300)).toBe(true)
      expect(await store.markSeen('client', 'x'.repeat(5000), NOW + 300)).toBe(false)
    })
  })
}
