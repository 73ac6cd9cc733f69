import { limitOf, type SessionLimits } from '#core/session/live-session.ts'
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

/** When tokens were given out, when they end, and what their vendor's profile leaves between. */
export interface TokenLife {
  readonly issuedAt: EpochSeconds
  readonly expiresAt: EpochSeconds
  readonly marginSeconds?: number | undefined
}

/**
 * From when on tokens are to be renewed: a margin before their end, but not in their first half.
 *
 * @param spread from 0 to 1: as much later, within the first half of the margin
 */
export function refreshDueAt(
  issuedAt: EpochSeconds,
  expiresAt: EpochSeconds,
  marginSeconds: number = USUAL_MARGIN_SECONDS,
  spread = 0,
): EpochSeconds {
  const life = Math.max(0, expiresAt - issuedAt)
  const margin = Math.min(marginSeconds, Math.floor(life / 2))
  return expiresAt - margin + Math.floor((spread * margin) / 2)
}

/** When a session's tokens are due, whether they are then renewed unasked, and when it is looked at. */
export type RenewalPlan = Required<Pick<Session, 'refreshDueAt' | 'dueAt'>> &
  Pick<Session, 'renewAhead'>

/**
 * When tokens are due, and when the refresher is to look at their session: then, if it renews them,
 * and not after the session's limits.
 *
 * It renews none that live shorter than {@link SHORTEST_LIFE_AHEAD_SECONDS}, which every turn of a
 * schedule would, and none that are the person's for as long as they are there (`online_access`
 * without `offline_access`): who is gone is not to be kept signed on at the EHR by us alone. Those
 * are renewed when somebody asks.
 *
 * @see [SMART App Launch 2.2, scopes for requesting a refresh token](https://hl7.org/fhir/smart-app-launch/scopes-and-launch-context.html#scopes-for-requesting-a-refresh-token)
 */
export function renewalPlan(
  session: SessionLimits & Pick<Session, 'id' | 'scopes'>,
  { issuedAt, expiresAt, marginSeconds }: TokenLife,
): RenewalPlan {
  const dueAt = refreshDueAt(issuedAt, expiresAt, marginSeconds, spreadOf(session.id))
  const isAhead =
    expiresAt - issuedAt >= SHORTEST_LIFE_AHEAD_SECONDS && !isOnlineOnly(session.scopes)
  return {
    refreshDueAt: dueAt,
    ...(isAhead && { renewAhead: true }),
    dueAt: isAhead ? Math.min(dueAt, limitOf(session)) : limitOf(session),
  }
}

/** When the refresher is to look at a session that stands so. */
export function nextLookAt(session: Session): EpochSeconds {
  const limit = limitOf(session)
  return session.renewAhead ? Math.min(sessionRefreshDueAt(session), limit) : limit
}

function isOnlineOnly(scopes: readonly string[]): boolean {
  return scopes.includes('online_access') && !scopes.includes('offline_access')
}

/**
 * A share of the margin's half, from 0 to 1, that is a session's own: sessions that began in one
 * second are then not due in one. A session's key is a hash, so its bytes are spread evenly.
 */
function spreadOf(id: string): number {
  return (Buffer.from(id, 'base64url')[1] ?? 0) / 256
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
