import type { RefreshAttempt } from '#core/session/session-store.ts'
import type { EpochSeconds } from '#core/time.ts'
import { sessionRefreshDueAt } from './refresh-timing.ts'
import type { RenewalAction, RowKnown } from './renewal.ts'

/** What there is to know beside the row. */
export interface RefreshSituation {
  readonly now: EpochSeconds
  /** How long before they are due tokens are renewed; 0 for a caller who needs one now. */
  readonly aheadSeconds: number
  /** The second path was looked at for the row's attempt, and holds nothing. */
  readonly nothingRescued: boolean
  /** This flight has presented a token already, and got none for it. */
  readonly hasRenewed: boolean
  /** Its invocation has the time to present one and to store what comes. */
  readonly hasTime: boolean
}

/** What to do next for a caller who wants an access token. */
export type RefreshStep =
  /** The access token in the row is good. */
  | { readonly step: 'use' }
  /** Take the lease and present the refresh token. */
  | { readonly step: 'renew' }
  /** Somebody else presents it: read again after a moment. */
  | { readonly step: 'wait' }
  /** A renewal ended without a word: look on the second path. */
  | { readonly step: 'recover'; readonly attempt: RefreshAttempt }
  /** Nothing was rescued: present the refresh token once more, and say so in the row before. */
  | { readonly step: 'take-over'; readonly attempt: RefreshAttempt }
  /** Nobody presents it any more: say so in the row, while its access token is good. */
  | { readonly step: 'mark'; readonly attempt: RefreshAttempt }
  /** Nothing is left to serve: mark the session. */
  | { readonly step: 'give-up'; readonly attempt: RefreshAttempt }
  | ({ readonly step: 'refuse' } & Omit<Extract<RenewalAction, { do: 'refuse' }>, 'do'>)

/** Whether the row's own access token can be served. */
export function isUsable({ row, isRejected }: RowKnown, now: EpochSeconds): boolean {
  return row.status === 'active' && !isRejected && now < row.accessTokenExpiresAt
}

/**
 * The decision at the heart of renewal, pure: the row and what is known beside it in, the next step
 * out.
 *
 * A refresh token is presented where the row has no `attempt`: never twice for all we know. An
 * attempt of which nobody knows the end (its holder died, or got no answer) is looked for on the
 * second path. If nothing is there, the token is presented at most once more, by whoever journals
 * that first, and only where the server is not known to revoke the grant for it (RFC 9700 §4.14.2).
 * After that the access token is served until it ends, and then the person must sign on again.
 */
export function decideRefresh(known: RowKnown, situation: RefreshSituation): RefreshStep {
  const { row, isRejected, leaseDead } = known
  const { now, aheadSeconds } = situation
  if (row.status !== 'active') return { step: 'refuse', code: 'session_over' }
  if (!isRejected && now + aheadSeconds < sessionRefreshDueAt(row)) return { step: 'use' }

  if (row.lease && !leaseDead) return isUsable(known, now) ? { step: 'use' } : { step: 'wait' }
  return row.attempt
    ? decideDoubt(known, row.attempt, situation)
    : present(known, { step: 'renew' }, situation)
}

/** What to do about an attempt of which nobody knows the end. */
function decideDoubt(
  known: RowKnown,
  attempt: RefreshAttempt,
  situation: RefreshSituation,
): RefreshStep {
  if (!situation.nothingRescued) return { step: 'recover', attempt }
  if (attempt.phase === 'redeeming' && known.reuse !== 'revokes' && known.hasRefreshToken) {
    return present(known, { step: 'take-over', attempt }, situation)
  }
  if (situation.now >= known.row.accessTokenExpiresAt) return { step: 'give-up', attempt }
  if (attempt.phase !== 'unresolved') return { step: 'mark', attempt }
  return isUsable(known, situation.now) ? { step: 'use' } : { step: 'refuse', code: 'session_over' }
}

/** Presents a refresh token if there is one, it is time, and there is time. */
function present(
  known: RowKnown,
  step: Extract<RefreshStep, { step: 'renew' | 'take-over' }>,
  { now, hasRenewed, hasTime }: RefreshSituation,
): RefreshStep {
  const { row, hasRefreshToken } = known
  const pauseSeconds = (row.nextAttemptAt ?? now) - now
  if (hasRefreshToken && hasTime && !hasRenewed && pauseSeconds <= 0) return step
  if (isUsable(known, now)) return { step: 'use' }
  if (!hasRefreshToken) return { step: 'refuse', code: 'session_over' }
  // The pause that this flight's own failure set may be over by the time it reads the row again.
  return hasRenewed || pauseSeconds > 0
    ? {
        step: 'refuse',
        code: 'upstream_unavailable',
        retryAfterSeconds: Math.max(1, pauseSeconds),
      }
    : { step: 'refuse', code: 'session_busy', retryAfterSeconds: 1 }
}
