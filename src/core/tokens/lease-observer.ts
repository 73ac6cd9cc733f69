import { recentMap } from '#core/recent-map.ts'
import type { Lease } from '#core/session/session-store.ts'
import type { EpochSeconds } from '#core/time.ts'
import { LEASE_SECONDS } from './refresh-timing.ts'

/** Clocks of two hosts may differ by this; a lease that ended longer ago is dead for everybody. */
const CLOCK_DIFFERENCE_SECONDS = 300

/** Leases in memory; far more than one instance meets in the length of a lease. */
const MOST_OBSERVED = 10_000

/** Since when, on our own monotonic clock, a lease's owner was seen unchanged. */
export interface LeaseSeen {
  readonly owner: string
  readonly sinceMs: number
}

/**
 * Judges a lease, pure. `until` was written by another host's clock, so it never permits a take-over
 * by itself: a lease is dead when its owner was seen unchanged for a lease's length on our own
 * monotonic clock, or when it ended longer ago than clocks may differ.
 */
export function judgeLease(
  lease: Lease | undefined,
  seen: LeaseSeen | undefined,
  { now, ms }: { readonly now: EpochSeconds; readonly ms: number },
): { readonly isDead: boolean; readonly seen?: LeaseSeen } {
  if (!lease) return { isDead: false }
  const known = seen?.owner === lease.owner ? seen : { owner: lease.owner, sinceMs: ms }
  const isDead =
    now > lease.until + CLOCK_DIFFERENCE_SECONDS || ms - known.sinceMs >= LEASE_SECONDS * 1_000
  return { isDead, seen: known }
}

export interface LeaseObserver {
  /** Notes a session's lease, and tells whether its holder is dead. */
  isDead(session: string, lease: Lease | undefined, now: EpochSeconds): boolean
  /** Notes that a holder, ourselves, has given up without freeing the lease. */
  abandon(session: string, owner: string): void
}

/** What one instance saw of leases, judged by {@link judgeLease}. */
export function leaseObserver(monotonicMs: () => number): LeaseObserver {
  const leases = recentMap<LeaseSeen>(MOST_OBSERVED)

  return {
    isDead(session, lease, now) {
      const { isDead, seen } = judgeLease(lease, leases.get(session), { now, ms: monotonicMs() })
      if (!seen) leases.delete(session)
      else if (leases.get(session) !== seen) leases.set(session, seen)
      return isDead
    },

    abandon: (session, owner) => leases.set(session, { owner, sinceMs: Number.NEGATIVE_INFINITY }),
  }
}
