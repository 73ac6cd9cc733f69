import { BrokerError } from '#core/errors.ts'
import type { EventLog } from '#core/event-log.ts'
import { liveSession } from '#core/session/live-session.ts'
import type { SessionStore } from '#core/session/session-store.ts'
import type { Clock } from '#core/time.ts'
import type { AccessTokens } from '#core/tokens/access-tokens.ts'
import { sessionRefreshDueAt } from '#core/tokens/refresh-timing.ts'
import { unforeseenFields } from '#core/unforeseen-fields.ts'
import type { DueSession, DueSessions } from './due-sessions.ts'

/** A run comes by once a minute: it renews what falls due before the next one. */
export const AHEAD_SECONDS = 60

/** What was done about a session that the due index named. */
export type DueOutcome =
  /** Its tokens are new. */
  | 'renewed'
  /** It is over, and off the index. */
  | 'dropped'
  /** It is not due any more, or pausing after a failure, or being renewed by somebody else. */
  | 'left'
  /** It could not be renewed this time. */
  | 'failed'

export interface RenewDueSessionDeps {
  readonly due: DueSessions
  readonly sessions: SessionStore
  readonly tokens: AccessTokens
  readonly log: EventLog
  readonly now: Clock
}

/**
 * Renews the tokens of a session that is due, if it is alive: nobody is to be kept signed on by us
 * alone. What is idle, ended or past its end leaves the index.
 *
 * Never rejects: one session's trouble is no other's.
 */
export async function renewDueSession(
  due: DueSession,
  remainingMs: () => number,
  deps: RenewDueSessionDeps,
): Promise<DueOutcome> {
  let connection: string | undefined
  try {
    const session = await deps.sessions.read(due.id, { consistent: true })
    // The index lags: it may name what was deleted, or what has been renewed since.
    if (!session?.renewAhead) return 'left'
    connection = session.connection
    const now = deps.now()
    if (!liveSession(session, now).live) {
      await deps.due.drop(due)
      return 'dropped'
    }
    if (now + AHEAD_SECONDS < sessionRefreshDueAt(session)) return 'left'
    if (now < (session.nextAttemptAt ?? now)) return 'left'

    const fresh = await deps.tokens.freshAccessToken(session, {
      dueWithinSeconds: AHEAD_SECONDS,
      remainingMs,
    })
    if (fresh.session.tokenVersion !== session.tokenVersion) return 'renewed'
    return fresh.session.failures > session.failures ? 'failed' : 'left'
  } catch (thrown) {
    const { code, detail, cause } = BrokerError.from(thrown)
    // Of what was foreseen the renewal has said what it met.
    if (code === 'internal_error') {
      const fields = { ...detail, ...unforeseenFields(cause) }
      deps.log.error('due_session_failed', { ...fields, ...(connection && { connection }) })
    }
    return 'failed'
  }
}
