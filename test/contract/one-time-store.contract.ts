import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import type { OneTimeRecord, OneTimeStore } from '#core/launch/one-time-store.ts'
import type { Clock } from '#core/time.ts'
import { NOW } from '../fixtures.ts'

interface Clear {
  readonly launchId: string
}

const KEY = 'key-hash'
const COOKIE = 'cookie-hash'

const record: OneTimeRecord<Clear> = {
  browser: { cookieName: '__Host-sp-abcdefgh', cookieHash: COOKIE },
  createdAt: NOW,
  expiresAt: NOW + 600,
  sealed: new Uint8Array([1, 2, 3]),
  clear: { launchId: 'abcdefgh' },
}

/** What every {@link OneTimeStore} owes its callers. Each adapter's test runs it. */
export function oneTimeStoreContract(
  createStore: (now: Clock) => Promise<OneTimeStore<Clear>>,
): void {
  describe('as a OneTimeStore', () => {
    async function setup() {
      const clock = { time: NOW }
      const store = await createStore(() => clock.time)
      await store.put(KEY, record)
      const take = (nonce: string, cookieHashes: readonly string[] = [COOKIE]) =>
        store.take(KEY, { nonce, cookieHashes })
      return { clock, store, take }
    }

    it('gives back the record that was put', async () => {
      const { take } = await setup()

      expect(await take('a')).toEqual({ record })
    })

    it('rejects a second record of the same key, and keeps the first', async () => {
      const { store, take } = await setup()

      await expect(store.put(KEY, { ...record, sealed: new Uint8Array([9]) })).rejects.toThrow()

      expect(await take('a')).toEqual({ record })
    })

    it('gives a record to exactly one of fifty concurrent takers', async () => {
      const { take } = await setup()

      const taken = await Promise.all(Array.from({ length: 50 }, (_, taker) => take(`${taker}`)))

      expect(taken.filter((answer) => 'record' in answer)).toEqual([{ record }])
      expect(taken.filter((answer) => 'refused' in answer)).toEqual(
        Array.from({ length: 49 }, () => ({ refused: 'used', launchId: 'abcdefgh' })),
      )
    })

    it('gives a taker who asks again the same answer', async () => {
      const { take } = await setup()
      await take('a')

      expect(await take('a')).toEqual({ record })
      expect(await take('b')).toEqual({ refused: 'used', launchId: 'abcdefgh' })
    })

    it('takes nothing for a wrong browser', async () => {
      const { take } = await setup()

      expect(await take('a', ['another-cookie-hash'])).toEqual({
        refused: 'browser_mismatch',
        launchId: 'abcdefgh',
      })
      expect(await take('a', [])).toEqual({ refused: 'browser_mismatch', launchId: 'abcdefgh' })

      expect(await take('b')).toEqual({ record })
    })

    it('finds the cookie among those of other launches, up to twenty', async () => {
      const { take } = await setup()
      const others = Array.from({ length: 19 }, (_, index) => `other-${index}`)

      expect(await take('a', [...others, COOKIE])).toEqual({ record })
    })

    it('knows nothing of a key it never saw', async () => {
      const { store } = await setup()

      for (const cookieHashes of [[COOKIE], []]) {
        expect(await store.take('another-key', { nonce: 'a', cookieHashes })).toEqual({
          refused: 'unknown',
        })
      }
    })

    it('gives a record in its last second, and keeps it back from then on', async () => {
      const { clock, take } = await setup()

      clock.time = record.expiresAt
      expect(await take('a')).toEqual({ refused: 'expired', launchId: 'abcdefgh' })
      clock.time = record.expiresAt - 1
      expect(await take('a')).toEqual({ record })
    })

    it('says what matters most when several things are wrong', async () => {
      const { clock, take } = await setup()
      clock.time = record.expiresAt
      expect(await take('b', ['another-cookie-hash'])).toEqual({
        refused: 'browser_mismatch',
        launchId: 'abcdefgh',
      })

      clock.time = record.expiresAt - 1
      await take('a')
      clock.time = record.expiresAt
      expect(await take('b', [])).toEqual({ refused: 'used', launchId: 'abcdefgh' })
      expect(await take('b')).toEqual({ refused: 'used', launchId: 'abcdefgh' })
    })

    it('keeps a tombstone of what was spent', async () => {
      const { store, take } = await setup()
      await take('a')

      await store.spend(KEY)

      expect(await take('a')).toEqual({ refused: 'used', launchId: 'abcdefgh' })
      expect(await take('b')).toEqual({ refused: 'used', launchId: 'abcdefgh' })
    })

    it('spends neither what was not taken nor what is not there', async () => {
      const { store, take } = await setup()

      await store.spend(KEY)
      await store.spend('another-key')

      expect(await take('a')).toEqual({ record })
      expect(await store.take('another-key', { nonce: 'a', cookieHashes: [COOKIE] })).toEqual({
        refused: 'unknown',
      })
    })

    it('has one owner whatever the takers do, in any order', async () => {
      const store = await createStore(() => NOW)
      const attempt = fc.record({
        nonce: fc.constantFrom('a', 'b', 'c'),
        cookie: fc.constantFrom(COOKIE, 'another-cookie-hash'),
        spends: fc.boolean(),
      })

      await fc.assert(
        fc.asyncProperty(fc.uuid(), fc.array(attempt, { maxLength: 8 }), async (key, attempts) => {
          await store.put(key, record)
          const owners = new Set<string>()
          await Promise.all(
            attempts.map(async ({ nonce, cookie, spends }) => {
              const taken = await store.take(key, { nonce, cookieHashes: [cookie] })
              if ('record' in taken) owners.add(nonce)
              if ('record' in taken && cookie !== COOKIE) owners.add('wrong browser')
              if (spends) await store.spend(key)
            }),
          )

          const rightful = attempts.some(({ cookie }) => cookie === COOKIE)
          expect(owners.has('wrong browser')).toBe(false)
          expect(owners.size).toBe(rightful ? 1 : 0)
        }),
        { numRuns: 30 },
      )
    })
  })
}
