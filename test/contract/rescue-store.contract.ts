import { describe, expect, it } from 'vitest'
import type { Clock } from '#core/time.ts'
import { RESCUE_LIFETIME_SECONDS, type RescueStore } from '#core/tokens/rescue-store.ts'
import { NOW } from '../fixtures.ts'

const tokens = {
  sealedTokens: new Uint8Array([7, 8, 9]),
  tokenVersion: 2,
  accessTokenExpiresAt: NOW + 3_600,
  refreshDueAt: NOW + 3_540,
  scopes: ['openid', 'patient/*.rs'],
}

/** What every {@link RescueStore} owes its callers. Each adapter's test runs it. */
export function rescueStoreContract(createStore: (now: Clock) => Promise<RescueStore>): void {
  describe('as a RescueStore', () => {
    async function setup() {
      const clock = { time: NOW }
      const store = await createStore(() => clock.time)
      await store.put('session', 'attempt', tokens)
      return { clock, store }
    }

    it('gives back what an attempt left', async () => {
      const { store } = await setup()

      expect(await store.find('session', 'attempt')).toEqual(tokens)
    })

    it('finds it for its session and attempt only', async () => {
      const { store } = await setup()

      expect(await store.find('session', 'another')).toBeUndefined()
      expect(await store.find('another', 'attempt')).toBeUndefined()
    })

    it('keeps it for a day, and finds it no longer, deleted or not', async () => {
      const { clock, store } = await setup()

      clock.time += RESCUE_LIFETIME_SECONDS - 1
      expect(await store.find('session', 'attempt')).toEqual(tokens)
      clock.time += 1
      expect(await store.find('session', 'attempt')).toBeUndefined()
    })

    it('takes a repetition for the same', async () => {
      const { store } = await setup()

      await store.put('session', 'attempt', tokens)

      expect(await store.find('session', 'attempt')).toEqual(tokens)
    })
  })
}
