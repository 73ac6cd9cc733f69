import { BrokerError } from '#core/errors.ts'
import type { EventFields } from '#core/event-log.ts'
import type { Clock } from '#core/time.ts'
import { type LiveSessionFields, liveSession } from './live-session.ts'
import type { NamedSession } from './named-session.ts'
import type { Session, SessionStore } from './session-store.ts'

/** A row as far as it takes to say whether its session may be used, and by whom. */
export type OwnedSession = LiveSessionFields & {
  readonly id: string
  readonly app: string
  readonly connection: string
  readonly launchId: string
}

/**
 * The live session that a request names, for the app that it was made for. A session that is unknown, over, or another app's has one answer and costs one read,
 * so the answer tells nobody that a session exists.
 *
 * @param deps.read reads consistently
 * @throws BrokerError as {@link sessionOver} says
 */
export async function findLiveSession<Found extends OwnedSession>(
  named: NamedSession,
  app: string,
  deps: { readonly read: (id: string) => Promise<Found | undefined>; readonly now: Clock },
): Promise<Found> {
  const session = await deps.read(named.key)
  if (!session || session.app !== app) throw sessionOver(named, { app, reason: 'unknown' })

  const liveness = liveSession(session, deps.now())
  if (!liveness.live) {
    const { connection, launchId } = session
    throw sessionOver(named, { app, connection, launchId, reason: liveness.because })
  }
  return session
}

/**
 * As {@link findLiveSession}, for a request that uses the session: notes the use when that is due.
 *
 * @throws BrokerError as {@link sessionOver} says
 */
export async function findSession(
  named: NamedSession,
  app: string,
  { sessions, now }: { readonly sessions: SessionStore; readonly now: Clock },
): Promise<Session> {
  const read = (id: string) => sessions.read(id, { consistent: true })
  const session = await findLiveSession(named, app, { read, now })
  const usedAt = now()
  const liveness = liveSession(session, usedAt)
  if (liveness.live && liveness.touchDue) await sessions.touch(session.id, usedAt)
  return session
}

/**
 * The answer to a request for a session that is over: `session_over`, or `token_invalid` where the
 * access token is bound to the session and so is dead with it. The app's own credential is good in
 * the first case, and clients answer a 401 by renewing it, some without end.
 */
function sessionOver(named: NamedSession, detail: EventFields): BrokerError {
  return new BrokerError(named.isBound ? 'token_invalid' : 'session_over', { detail })
}

/** Says {@link sessionOver} of a session that turned out to be over later on. */
export function whenOver(named: NamedSession) {
  return (error: unknown): never => {
    if (error instanceof BrokerError && error.code === 'session_over') {
      throw sessionOver(named, error.detail)
    }
    throw error
  }
}
