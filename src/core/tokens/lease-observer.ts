import { recentMap } from '#core/recent-map.ts'
import type { Session } from '#core/session/session-store.ts'
import type { EpochSeconds } from '#core/time.ts'
import { LEASE_SECONDS } from './refresh-timing.ts'

/** Clocks of two hosts may differ by this; a lease that ended longer ago is dead for everybody. */
const CLOCK_DIFFERENCE_SECONDS = 300

/** Leases in memory; far more than one instance meets in the length of a lease. */
const MOST_OBSERVED = 10_000

export interface LeaseObserver {
  /** Notes the row's lease, and tells whether its holder is dead. */
  isDead(session: Session, now: EpochSeconds): boolean
  /** Notes that a holder, ourselves, has given up without freeing the lease. */
  abandon(session: Session): void
}

/**
 * Judges leases. `until` was written by another host's clock, so it never permits a take-over by
 * itself: a lease is dead when its owner was seen unchanged for a lease's length on our own
 * monotonic clock, or when it ended longer ago than clocks may differ.
 */
export function leaseObserver(monotonicMs: () => number): LeaseObserver {
  const seen = recentMap<{ readonly owner: string; readonly sinceMs: number }>(MOST_OBSERVED)

  return {
    isDead({ id, lease }, now) {
      if (!lease) {
        seen.delete(id)
        return false
      }
      if (now > lease.until + CLOCK_DIFFERENCE_SECONDS) return true
      const known = seen.get(id)
      if (known?.owner !== lease.owner) {
        seen.set(id, { owner: lease.owner, sinceMs: monotonicMs() })
        return false
      }
      return monotonicMs() - known.sinceMs >= LEASE_SECONDS * 1_000
    },

    abandon({ id, lease }) {
      if (lease) seen.set(id, { owner: lease.owner, sinceMs: Number.NEGATIVE_INFINITY })
    },
  }
}
