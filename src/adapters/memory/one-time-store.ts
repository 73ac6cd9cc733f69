import type { OfLaunch, OneTimeRecord, OneTimeStore, Taken } from '#core/launch/one-time-store.ts'
import type { Clock } from '#core/time.ts'

/** Launches or tickets in memory, for tests. */
export function memoryOneTimeStore<Clear extends OfLaunch>(now: Clock): OneTimeStore<Clear> {
  const rows = new Map<string, { record: OneTimeRecord<Clear>; takenBy?: string; spent?: true }>()

  return {
    async put(keyHash, record) {
      if (rows.has(keyHash)) throw new Error('The key is taken')
      rows.set(keyHash, { record })
    },

    async take(keyHash, { nonce, cookieHashes }): Promise<Taken<Clear>> {
      const row = rows.get(keyHash)
      if (!row) return { refused: 'unknown' }
      const { record, takenBy, spent } = row
      const { launchId } = record.clear
      if ((takenBy !== undefined && takenBy !== nonce) || spent)
        return { refused: 'used', launchId }
      if (!cookieHashes.includes(record.browser.cookieHash)) {
        return { refused: 'browser_mismatch', launchId }
      }
      if (record.expiresAt <= now()) return { refused: 'expired', launchId }
      row.takenBy = nonce
      return { record }
    },

    async spend(keyHash) {
      const row = rows.get(keyHash)
      if (row?.takenBy !== undefined) row.spent = true
    },
  }
}
