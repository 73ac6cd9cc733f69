import type { RenewedTokens } from '#core/session/session-store.ts'
import type { Clock, EpochSeconds } from '#core/time.ts'
import { RESCUE_LIFETIME_SECONDS, type RescueStore } from '#core/tokens/rescue-store.ts'

/** Rescued tokens in memory, for tests. */
export function memoryRescueStore(now: Clock): RescueStore {
  const rows = new Map<string, { tokens: RenewedTokens; expiresAt: EpochSeconds }>()

  return {
    async put(session, attempt, tokens) {
      rows.set(`${session}#${attempt}`, { tokens, expiresAt: now() + RESCUE_LIFETIME_SECONDS })
    },

    async find(session, attempt) {
      const row = rows.get(`${session}#${attempt}`)
      return row && row.expiresAt > now() ? row.tokens : undefined
    },
  }
}
