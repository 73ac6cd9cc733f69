import type { ListedSession } from '#adapters/dynamodb/session-directory.ts'
import { isoTime } from '#cli/iso-time.ts'
import { type SessionState, sessionState } from '#cli/sessions/describe-session.ts'
import type { EpochSeconds } from '#core/time.ts'

/** How a connection does. */
export interface ConnectionStatus {
  readonly connection: string
  readonly app: string
  /** Its renewals fail since then; absent while they work. */
  readonly failingSince?: EpochSeconds
  /** How many of its sessions are in each state that any is in. */
  readonly sessions: Readonly<Partial<Record<SessionState, number>>>
  /** When the newest of its sessions began; absent where it has none. */
  readonly lastLaunchAt?: EpochSeconds
}

/** What the sessions of a connection tell of it. */
export function sessionsStatus(
  sessions: readonly ListedSession[],
  now: EpochSeconds,
): Pick<ConnectionStatus, 'sessions' | 'lastLaunchAt'> {
  const counts: Partial<Record<SessionState, number>> = {}
  let lastLaunchAt: EpochSeconds | undefined
  for (const session of sessions) {
    const state = sessionState(session, now)
    counts[state] = (counts[state] ?? 0) + 1
    lastLaunchAt = Math.max(lastLaunchAt ?? 0, session.createdAt)
  }
  return { sessions: counts, ...(lastLaunchAt !== undefined && { lastLaunchAt }) }
}

/** For programs; times are ISO 8601. */
export function statusJson({ failingSince, lastLaunchAt, ...status }: ConnectionStatus) {
  return {
    ...status,
    works: failingSince === undefined,
    ...(failingSince !== undefined && { failingSince: isoTime(failingSince) }),
    ...(lastLaunchAt !== undefined && { lastLaunchAt: isoTime(lastLaunchAt) }),
  }
}

/** A line for people. */
export function statusLine(status: ConnectionStatus, width: number): string {
  const { connection, app, failingSince, sessions, lastLaunchAt } = status
  const health = failingSince === undefined ? 'works' : `FAILING since ${isoTime(failingSince)}`
  const counts = Object.entries(sessions).map(([state, count]) => `${count} ${state}`)
  const launched =
    lastLaunchAt === undefined ? 'no session' : `last launch ${isoTime(lastLaunchAt)}`
  return [connection.padEnd(width), app, health, ...counts, launched].join('  ')
}
