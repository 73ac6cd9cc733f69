import type { EpochSeconds } from '#core/time.ts'

/** Remembers ids that must not be seen twice: `jti` of client assertions. */
export interface ReplayStore {
  /**
   * Marks an id of a scope (the client's id) as seen until `expiresAt`; `false` if it was marked
   * before. Atomic: of any number of callers with one id, one gets `true`.
   */
  markSeen(scope: string, id: string, expiresAt: EpochSeconds): Promise<boolean>
}
