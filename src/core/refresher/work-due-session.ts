import { BrokerError } from '#core/errors.ts'
import { liveSession } from '#core/session/live-session.ts'
import type { Session, SessionStore } from '#core/session/session-store.ts'
import type { AccessTokens } from '#core/tokens/access-tokens.ts'
import { nextLookAt, sessionRefreshDueAt } from '#core/tokens/refresh-timing.ts'
import { unforeseenFields } from '#core/unforeseen-fields.ts'
import type { DueSession, DueSessions } from './due-sessions.ts'
import { beginEnd, type EndDueSessionDeps, endDueSession } from './end-due-session.ts'

/**
 * A run comes by once a minute: it renews what falls due before the next one. What falls due at the
 * very second of that is left to it, or tokens that live a whole number of minutes would lose one
 * each time.
 */
export const AHEAD_SECONDS = 59

/** What was done about a session that the due index named. */
export type DueOutcome =
  /** Its tokens are new. */
  | 'renewed'
  /** It was over, and is gone. */
  | 'ended'
  /** There is nothing to do about it any more, and it is off the index. */
  | 'dropped'
  /** It is not due any more, or pausing after a failure, or somebody else is about it. */
  | 'left'
  /** It could not be renewed or ended this time. */
  | 'failed'

export interface WorkDueSessionDeps extends EndDueSessionDeps {
  readonly due: DueSessions
  readonly sessions: SessionStore
  readonly tokens: AccessTokens
}

/**
 * Renews the tokens of a session that is due if it is alive, and ends it if it is over: nobody is to
 * be kept signed on by us alone.
 *
 * Never rejects: one session's trouble is no other's.
 *
 * @param onGranted told when its EHR has granted new tokens, which are still to be sealed and stored
 */
export async function workDueSession(
  due: DueSession,
  remainingMs: () => number,
  deps: WorkDueSessionDeps,
  onGranted?: () => void,
): Promise<DueOutcome> {
  let session: Session | undefined
  try {
    session = await deps.sessions.read(due.id, { consistent: true })
    // The index lags: it may name what is gone, or what has been renewed since.
    if (session?.dueAt === undefined) return 'left'
    if (session.status === 'reauthorization-required') {
      await deps.due.drop(due)
      return 'dropped'
    }
    if (session.status === 'ending') return await endDueSession(session, deps)

    const now = deps.now()
    const liveness = liveSession(session, now)
    if (!liveness.live && liveness.because !== 'status') {
      const ending = await beginEnd(session, liveness.because, deps)
      return ending ? await endDueSession(ending, deps) : 'left'
    }
    // It is due for its own end, for which it needs no new tokens.
    if (now + AHEAD_SECONDS >= session.expiresAt) return 'left'
    if (!session.renewAhead || now + AHEAD_SECONDS < sessionRefreshDueAt(session)) {
      // It was used since it was to be looked at, for its idle limit, or renewed.
      const next = nextLookAt(session)
      if (next > session.dueAt) await deps.due.postpone({ id: due.id, dueAt: session.dueAt }, next)
      return 'left'
    }
    if (now < (session.nextAttemptAt ?? now)) return 'left'

    const fresh = await deps.tokens.freshAccessToken(session, {
      dueWithinSeconds: AHEAD_SECONDS,
      isJustRead: true,
      remainingMs,
      ...(onGranted && { onGranted }),
    })
    if (fresh.session.tokenVersion !== session.tokenVersion) return 'renewed'
    return fresh.session.failures > session.failures ? 'failed' : 'left'
  } catch (thrown) {
    const { code, detail, cause } = BrokerError.from(thrown)
    // Of what was foreseen the renewal has said what it met.
    if (code === 'internal_error') {
      const connection = session?.connection
      const fields = { ...detail, ...unforeseenFields(cause), ...(connection && { connection }) }
      deps.log.error('due_session_failed', fields)
    }
    return 'failed'
  }
}
