import type { RefreshAnswer } from './refresh-answer.ts'

/** What an app may want to be told of renewals. No patient data, and no token. */
export type RefreshEvent =
  | {
      readonly event: 'session.refreshed'
      readonly app: string
      readonly connection: string
      /** The session's key (SHA-256 of the SessionID). */
      readonly session: string
    }
  | {
      readonly event: 'session.reauthorization-required'
      readonly app: string
      readonly connection: string
      readonly session: string
      readonly reason: ReauthorizationReason
    }
  /** Its client is refused, or its token endpoint is out of order; sessions stay alive. */
  | {
      readonly event: 'connection.failing'
      readonly connection: string
      readonly reason: 'client_refused' | 'unavailable'
    }
  | { readonly event: 'connection.recovered'; readonly connection: string }

/** Why a person must sign on again. */
export type ReauthorizationReason =
  | 'invalid_grant'
  | 'patient_changed'
  | 'user_changed'
  /** A renewal was cut off, and the refresh token is not presented any more. */
  | 'attempt_unresolved'

/** What is counted. */
export type RefreshCount =
  | { readonly count: 'refreshes'; readonly outcome: RefreshAnswer['kind'] }
  /** Callers who waited for another's renewal. */
  | { readonly count: 'waits' }
  /** Refresh tokens presented a second time, by the one rule for that. */
  | { readonly count: 'take-overs' }
  /** Token sets that went to the second path, or came from it. */
  | { readonly count: 'second-path-uses' }

/** Told of renewals as they happen; what it throws changes nothing. */
export interface RefreshObserver {
  /** Awaited, because Lambda freezes when the handler returns. */
  tell(event: RefreshEvent): Promise<void>
  count(count: RefreshCount, connection: string): void
}

/** Told, and tells nobody. */
export const silentRefreshObserver: RefreshObserver = {
  tell: async () => undefined,
  count: () => undefined,
}
