const MINUTE = 60
const HOUR = 3_600

/** How long after each failed attempt the next one is made, in seconds; most of a day in all. */
const DELAYS_SECONDS = [
  5,
  30,
  2 * MINUTE,
  10 * MINUTE,
  30 * MINUTE,
  HOUR,
  2 * HOUR,
  4 * HOUR,
  8 * HOUR,
]

/** The longest that SQS hides a message for. */
const LONGEST_SECONDS = 12 * HOUR

/** The first attempt, and one after each delay. */
export const MOST_ATTEMPTS = DELAYS_SECONDS.length + 1

/** Each delay is drawn from itself and a fifth more: what failed together does not return together. */
const JITTER_SHARE = 0.2

/**
 * How long a delivery rests after it failed, in whole seconds.
 *
 * @param attempt counts from 1
 * @param retryAfterSeconds what the receiver asked for; it makes the rest longer, never shorter
 */
export function retryDelaySeconds(attempt: number, random: number, retryAfterSeconds = 0): number {
  const delay = DELAYS_SECONDS[attempt - 1]
  // It was the last: the queue takes it to the dead letters when it comes back.
  if (delay === undefined) return 0
  const jittered = Math.round(delay * (1 + random * JITTER_SHARE))
  return Math.min(Math.max(jittered, retryAfterSeconds), LONGEST_SECONDS)
}
