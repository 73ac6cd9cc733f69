import type { Session } from '#core/session/session-store.ts'
import type { EpochSeconds } from '#core/time.ts'

/**
 * How long a renewal holds its session. It is the sum of the worst case, so that whoever waits this
 * long either has the new tokens or knows that the holder is gone:
 * acquire ≤ redeem 8 s ≤ store until 15 s ≤ second path until 19 s < 20 s.
 */
export const LEASE_SECONDS = 20

/** For the token endpoint, the secret and the signature together. */
export const REDEEM_BUDGET_MS = 8_000

/** For freeing a lease of which it is not known whether it was taken. */
export const UNDO_BUDGET_MS = 4_000

/** From the acquisition on; until then the row is tried. */
export const STORE_DEADLINE_MS = 15_000

/** From the acquisition on; until then the second path is tried. */
export const RESCUE_DEADLINE_MS = 19_000

/** Longer than the lease, so that one who saw the same holder all along gets to judge it dead. */
export const WAIT_BUDGET_MS = 21_000

/** Tokens that live shorter are renewed on demand only. */
const SHORTEST_LIFE_AHEAD_SECONDS = 180

/** What holds where a vendor's profile names no other margin. */
const USUAL_MARGIN_SECONDS = 60
const LONGEST_BACKOFF_SECONDS = 60
const LONGEST_RETRY_AFTER_SECONDS = 3_600

/** From when on tokens are to be renewed: a margin before their end, but not in their first half. */
export function refreshDueAt(
  issuedAt: EpochSeconds,
  expiresAt: EpochSeconds,
  marginSeconds: number = USUAL_MARGIN_SECONDS,
): EpochSeconds {
  const life = Math.max(0, expiresAt - issuedAt)
  return expiresAt - Math.min(marginSeconds, Math.floor(life / 2))
}

/** Of a session: when its tokens are due, and whether they are then renewed unasked. */
export interface RenewalPlan {
  readonly refreshDueAt: EpochSeconds
  readonly renewAhead?: true
}

/**
 * When tokens are due for the scheduled refresher: not after the session's absolute end, so that it
 * is found there too. Tokens that live shorter than {@link SHORTEST_LIFE_AHEAD_SECONDS} would be
 * renewed by every turn of a schedule, and are renewed on demand only.
 */
export function renewalPlan(
  issuedAt: EpochSeconds,
  expiresAt: EpochSeconds,
  sessionEndsAt: EpochSeconds,
  marginSeconds?: number,
): RenewalPlan {
  return {
    refreshDueAt: Math.min(refreshDueAt(issuedAt, expiresAt, marginSeconds), sessionEndsAt),
    ...(expiresAt - issuedAt >= SHORTEST_LIFE_AHEAD_SECONDS && { renewAhead: true }),
  }
}

/** {@link refreshDueAt} of a session's tokens; a launch's tokens are as old as the session. */
export function sessionRefreshDueAt(
  session: Pick<Session, 'refreshDueAt' | 'createdAt' | 'accessTokenExpiresAt'>,
): EpochSeconds {
  return session.refreshDueAt ?? refreshDueAt(session.createdAt, session.accessTokenExpiresAt)
}

/**
 * When to try again after a failure that left the refresh token good: exponential back-off with
 * full jitter, and not before the server's own `Retry-After`.
 */
export function nextAttemptAt(
  now: EpochSeconds,
  failures: number,
  random: number,
  retryAfterSeconds = 0,
): EpochSeconds {
  const backoff = Math.ceil(random * Math.min(LONGEST_BACKOFF_SECONDS, 2 ** failures))
  const asked = Math.min(LONGEST_RETRY_AFTER_SECONDS, retryAfterSeconds)
  return now + Math.max(1, backoff, asked)
}
