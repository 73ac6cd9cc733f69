import type { OpenAnswer } from '#core/egress.ts'
import { BrokerError } from '#core/errors.ts'
import { recentMap } from '#core/recent-map.ts'
import type { Clock, EpochSeconds } from '#core/time.ts'

/** However long an EHR asks us to stay away: it is asked again after this. */
const LONGEST_PAUSE_SECONDS = 60

/** So many requests in a row that got no answer at all, and the EHR is left alone for a moment. */
const MOST_FAILURES = 5
const FAILURE_PAUSE_SECONDS = 5

/** Connections in memory. */
const MOST_CONNECTIONS = 1_000

const NO_ANSWER: readonly string[] = ['upstream_unavailable', 'upstream_timeout']

interface Health {
  readonly pausedUntil: EpochSeconds
  readonly failures: number
}

/**
 * Sends a request of a connection, or refuses it unsent.
 *
 * @throws BrokerError `upstream_throttled`, with `retryAfterSeconds`; what `send` throws
 */
export type UpstreamPauses = (
  connection: string,
  send: () => Promise<OpenAnswer>,
) => Promise<OpenAnswer>

/**
 * Remembers, for each connection, that its EHR asked for a pause (429 or 503 with `Retry-After`), or
 * that it did not answer for a while. One per instance, in memory.
 */
export function upstreamPauses(now: Clock): UpstreamPauses {
  const connections = recentMap<Health>(MOST_CONNECTIONS)

  return async (connection, send) => {
    const { pausedUntil = 0, failures = 0 } = connections.get(connection) ?? {}
    if (now() < pausedUntil) {
      throw new BrokerError('upstream_throttled', {
        detail: { connection },
        retryAfterSeconds: pausedUntil - now(),
      })
    }
    try {
      const answer = await send()
      const pause = pauseOf(answer, now())
      if (pause > 0 || failures > 0) {
        connections.set(connection, { pausedUntil: now() + pause, failures: 0 })
      }
      return answer
    } catch (error) {
      if (error instanceof BrokerError && NO_ANSWER.includes(error.code)) {
        const isOut = failures + 1 >= MOST_FAILURES
        connections.set(connection, {
          pausedUntil: isOut ? now() + FAILURE_PAUSE_SECONDS : 0,
          // The next failure opens a pause again; an answer closes the matter.
          failures: failures + 1,
        })
      }
      throw error
    }
  }
}

/** Seconds that the EHR wants to be left alone, by `Retry-After`: a number, or a date. */
function pauseOf({ status, headers }: OpenAnswer, now: EpochSeconds): number {
  const value = headers.get('retry-after')?.trim()
  if (![429, 503].includes(status) || !value) return 0
  const seconds = /^\d+$/.test(value) ? Number(value) : Math.ceil(Date.parse(value) / 1_000) - now
  return seconds > 0 ? Math.min(seconds, LONGEST_PAUSE_SECONDS) : 0
}
