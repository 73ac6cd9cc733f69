import { BrokerError } from '#core/errors.ts'
import type { Secret } from '#core/secret.ts'
import { liveSession } from '#core/session/live-session.ts'
import { sessionKey } from '#core/session/session-id.ts'
import type { Session, SessionStore } from '#core/session/session-store.ts'
import type { Clock } from '#core/time.ts'

/**
 * The live session of a SessionID, for the app that it was made for, and notes its use when that is
 * due. A session that is unknown, over, or another app's has one answer and costs one read, so the
 * answer tells nobody that a session exists.
 *
 * @throws BrokerError `session_over`
 */
export async function findSession(
  sessionId: Secret,
  app: string,
  { sessions, now }: { readonly sessions: SessionStore; readonly now: Clock },
): Promise<Session> {
  const session = await sessions.read(sessionKey(sessionId), { consistent: true })
  if (!session || session.app !== app) {
    throw new BrokerError('session_over', { detail: { app, reason: 'unknown' } })
  }

  const usedAt = now()
  const liveness = liveSession(session, usedAt)
  if (!liveness.live) {
    throw new BrokerError('session_over', {
      detail: { app, connection: session.connection, reason: liveness.because },
    })
  }
  if (liveness.touchDue) await sessions.touch(session.id, usedAt)
  return session
}
