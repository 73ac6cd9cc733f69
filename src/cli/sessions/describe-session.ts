import type { ListedSession } from '#adapters/dynamodb/session-directory.ts'
import { isoTime } from '#cli/iso-time.ts'
import { liveSession } from '#core/session/live-session.ts'
import type { EpochSeconds } from '#core/time.ts'

/** `expired`: past its end, absolute or idle; the row is deleted some time after. */
export const SESSION_STATES = ['active', 'reauthorization-required', 'ending', 'expired'] as const

export type SessionState = (typeof SESSION_STATES)[number]

/** As much of a key as is printed in a list, and enough to name the session by. */
const SHORT_KEY = 12

export function sessionState(session: ListedSession, now: EpochSeconds): SessionState {
  const liveness = liveSession(session, now)
  if (liveness.live) return 'active'
  return session.status === 'active' || liveness.because !== 'status' ? 'expired' : session.status
}

/** A session for programs; times are ISO 8601. */
export function sessionJson(session: ListedSession, now: EpochSeconds) {
  const { id, app, connection, launchId, scopes, failures } = session
  const { createdAt, lastUsedAt, expiresAt, idleSeconds, accessTokenExpiresAt } = session
  return {
    key: id,
    state: sessionState(session, now),
    connection,
    app,
    launchId,
    createdAt: isoTime(createdAt),
    lastUsedAt: isoTime(lastUsedAt),
    expiresAt: isoTime(expiresAt),
    idleUntil: isoTime(Math.min(expiresAt, lastUsedAt + idleSeconds)),
    accessTokenExpiresAt: isoTime(accessTokenExpiresAt),
    ...(session.refreshDueAt !== undefined && { refreshDueAt: isoTime(session.refreshDueAt) }),
    failedRefreshes: failures,
    ...(session.nextAttemptAt !== undefined && { nextAttemptAt: isoTime(session.nextAttemptAt) }),
    scopes,
  }
}

/** A line of a list. */
export function sessionLine(session: ListedSession, now: EpochSeconds): string {
  const { id, connection, app, createdAt, lastUsedAt } = session
  const columns = [id.slice(0, SHORT_KEY), sessionState(session, now).padEnd(24), connection, app]
  return `${columns.join('  ')}  since ${isoTime(createdAt)}, used ${isoTime(lastUsedAt)}`
}

/** A session for people, a line each. */
export function describeSession(session: ListedSession, now: EpochSeconds): readonly string[] {
  return Object.entries(sessionJson(session, now)).map(
    ([name, value]) => `${`${name}:`.padEnd(22)} ${Array.isArray(value) ? value.join(' ') : value}`,
  )
}
