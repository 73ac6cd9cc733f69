import { BrokerError } from '#core/errors.ts'
import { recentMap } from '#core/recent-map.ts'
import type { Clock, EpochSeconds } from '#core/time.ts'

const MOST_ANSWERS = 3
const WINDOW_SECONDS = 10

/** Apps and sessions in memory. */
const MOST_PAIRS = 1_000

/**
 * Serves a request of an app for a session, by its key, or refuses it unserved.
 *
 * @throws BrokerError `session_over_repeatedly`, with `retryAfterSeconds`; what `serve` throws
 */
export type DeadSessionGuard = <Answer>(
  named: { readonly app: string; readonly key: string },
  serve: () => Promise<Answer>,
) => Promise<Answer>

/**
 * Stops apps that repeat a request without end because its session is over: after three such answers
 * in ten seconds the next is refused, until they are ten seconds old. One per instance, in memory:
 * it saves work and lets the app's client come to rest, and protects nothing.
 */
export function deadSessionGuard(now: Clock): DeadSessionGuard {
  const answers = recentMap<readonly EpochSeconds[]>(MOST_PAIRS)

  return async ({ app, key }, serve) => {
    const pair = `${app} ${key}`
    const recent = () =>
      (answers.get(pair) ?? []).filter((answeredAt) => now() - answeredAt < WINDOW_SECONDS)

    const before = recent()
    const [oldest] = before
    if (oldest !== undefined && before.length >= MOST_ANSWERS) {
      throw new BrokerError('session_over_repeatedly', {
        detail: { app },
        retryAfterSeconds: oldest + WINDOW_SECONDS - now(),
      })
    }
    try {
      return await serve()
    } catch (error) {
      if (isOver(error)) answers.set(pair, [...recent(), now()])
      throw error
    }
  }
}

/** The token itself was good before, so `token_invalid` here says that its session is over. */
function isOver(error: unknown): boolean {
  return error instanceof BrokerError && ['session_over', 'token_invalid'].includes(error.code)
}
