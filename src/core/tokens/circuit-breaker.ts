import { recentMap } from '#core/recent-map.ts'
import type { Pace } from './pace.ts'

/** Circuits in memory; an instance meets far fewer token endpoints and connections. */
const MOST_CIRCUITS = 1_000

const SHORTEST_OPEN_SECONDS = 5
const LONGEST_OPEN_SECONDS = 60
const LONGEST_RETRY_AFTER_SECONDS = 3_600

/** One who was let through to probe reports within this; if not, the next one is. */
const PROBE_SECONDS = 10

/** What of a breaker is open: nothing is asked of it until then. */
interface Circuit {
  readonly failures: number
  /** On the monotonic clock; it is closed while this is absent. */
  readonly openUntilMs?: number
}

/** Keeps an instance from asking again and again what does not answer. */
export interface CircuitBreaker {
  /** Seconds to hold off; 0 to go ahead. When they are over one goes ahead, and the others when it was well. */
  holdOffSeconds(key: string): number
  succeeded(key: string): void
  /** @returns whether it is open now */
  failed(key: string, retryAfterSeconds?: number): boolean
}

/**
 * A breaker for each key, in memory: open after `mostFailures` in a row, or at once when the other
 * side says for how long; then for longer each time, with jitter.
 */
export function circuitBreaker(
  mostFailures: number,
  { monotonicMs, random }: Pick<Pace, 'monotonicMs' | 'random'>,
): CircuitBreaker {
  const circuits = recentMap<Circuit>(MOST_CIRCUITS)

  return {
    holdOffSeconds(key) {
      const circuit = circuits.get(key)
      if (circuit?.openUntilMs === undefined) return 0
      const now = monotonicMs()
      if (now < circuit.openUntilMs) return Math.ceil((circuit.openUntilMs - now) / 1_000)
      circuits.set(key, { ...circuit, openUntilMs: now + PROBE_SECONDS * 1_000 })
      return 0
    },

    succeeded(key) {
      circuits.delete(key)
    },

    failed(key, retryAfterSeconds) {
      const failures = (circuits.get(key)?.failures ?? 0) + 1
      const surplus = failures - mostFailures
      if (surplus < 0 && retryAfterSeconds === undefined) {
        circuits.set(key, { failures })
        return false
      }
      const longest = Math.min(
        LONGEST_OPEN_SECONDS,
        SHORTEST_OPEN_SECONDS * 2 ** Math.max(0, surplus),
      )
      const openSeconds = Math.max(
        longest * (0.5 + random() / 2),
        Math.min(LONGEST_RETRY_AFTER_SECONDS, retryAfterSeconds ?? 0),
      )
      circuits.set(key, { failures, openUntilMs: monotonicMs() + openSeconds * 1_000 })
      return true
    },
  }
}
