import type { Session } from '#core/session/session-store.ts'
import type { EpochSeconds } from '#core/time.ts'
import { sessionRefreshDueAt } from './refresh-timing.ts'

/** What there is to know beside the row. */
export interface RefreshSituation {
  readonly now: EpochSeconds
  /** How long before they are due tokens are renewed; 0 for a caller who needs one now. */
  readonly aheadSeconds: number
  readonly hasRefreshToken: boolean
  /** The row's lease is a dead holder's. */
  readonly leaseDead: boolean
  /** The EHR answered 401 to the row's access token. */
  readonly isRejected: boolean
  /** The second path was looked at for the row's attempt, and holds nothing. */
  readonly nothingRescued: boolean
  /** This flight has not presented a token yet, and its invocation has the time to do so and store. */
  readonly mayRenew: boolean
}

/** What to do next for a caller who wants an access token. */
export type RefreshStep =
  /** The access token in the row is good. */
  | { readonly step: 'use' }
  /** Take the lease and present the refresh token. */
  | { readonly step: 'refresh' }
  /** Somebody else presents it: read again after a moment. */
  | { readonly step: 'wait' }
  /** A renewal ended without a word: look on the second path. */
  | { readonly step: 'recover' }
  /** Nothing was rescued and nothing is left to serve: mark the session. */
  | { readonly step: 'give-up' }
  | {
      readonly step: 'refuse'
      readonly code: 'session_over' | 'session_busy' | 'upstream_unavailable'
      readonly retryAfterSeconds?: number
    }

/**
 * The decision at the heart of renewal, pure: the row and what is known beside it in, the next step
 * out.
 *
 * A refresh token is presented only where the row has no `attempt`, so never twice for all we know.
 * An attempt of which nobody knows the end (its holder died, or got no answer) is looked for on the
 * second path; if nothing is there, the access token is served until it ends, and then the person
 * must sign on again. Presenting the old token once more would save some of these sessions and,
 * where reuse revokes the grant, be taken for theft (RFC 9700 §4.14.2); which servers tolerate it
 * is for their vendor profiles to say.
 */
export function decideRefresh(session: Session, situation: RefreshSituation): RefreshStep {
  const { status, lease, attempt, accessTokenExpiresAt } = session
  const { now, aheadSeconds, hasRefreshToken, leaseDead } = situation
  const { isRejected, nothingRescued, mayRenew } = situation
  if (status !== 'active') return { step: 'refuse', code: 'session_over' }

  if (!isRejected && now + aheadSeconds < sessionRefreshDueAt(session)) return { step: 'use' }

  const isOver = now >= accessTokenExpiresAt
  const isUsable = !isOver && !isRejected

  if (lease && !leaseDead) return isUsable ? { step: 'use' } : { step: 'wait' }

  if (attempt) {
    if (!nothingRescued) return { step: 'recover' }
    if (isUsable) return { step: 'use' }
    return isOver ? { step: 'give-up' } : { step: 'refuse', code: 'session_over' }
  }

  if (isUsable && (!hasRefreshToken || !mayRenew)) return { step: 'use' }
  if (!hasRefreshToken) return { step: 'refuse', code: 'session_over' }

  const pauseSeconds = (session.nextAttemptAt ?? now) - now
  if (pauseSeconds > 0) {
    return isUsable
      ? { step: 'use' }
      : { step: 'refuse', code: 'upstream_unavailable', retryAfterSeconds: pauseSeconds }
  }
  return mayRenew
    ? { step: 'refresh' }
    : { step: 'refuse', code: 'session_busy', retryAfterSeconds: 1 }
}
