import type { AppCaller } from '#core/app-token/verify-app-token.ts'
import { BrokerError } from '#core/errors.ts'
import type { EventLog } from '#core/event-log.ts'
import type { BrokerEvents } from '#core/events/broker-events.ts'
import type { Registry } from '#core/registry/registry.ts'
import type { Clock, EpochSeconds } from '#core/time.ts'
import type { DeadSessionGuard } from './dead-session-guard.ts'
import { findLiveSession, type OwnedSession } from './find-session.ts'
import { namedSession, type SessionNames } from './named-session.ts'
import type { Session } from './session-store.ts'

/** What of a session its app may see. */
type VisibleSession = OwnedSession & Pick<Session, 'patient' | 'encounter' | 'scopes' | 'createdAt'>

export interface SessionDoorDeps {
  readonly verifyAppToken: (authorization: string | undefined) => Promise<AppCaller>
  readonly readSession: (id: string) => Promise<VisibleSession | undefined>
  /** Ends it for every reader, and makes it due; does nothing to one that is gone. */
  readonly endSession: (id: string) => Promise<void>
  readonly guardDeadSessions: DeadSessionGuard
  readonly events: BrokerEvents
  readonly registry: Registry
  readonly publicBaseUrl: string
  readonly log: EventLog
  readonly now: Clock
}

/** A request at the session door: who calls, and for which session. */
export interface SessionRequest extends Omit<SessionNames, 'boundTo'> {
  readonly authorization: string | undefined
}

/** A session as its app is told of it; times are ISO 8601. */
export interface SessionDescription {
  readonly status: 'active'
  readonly connection: string
  readonly organization: string
  readonly environment: string
  readonly sessionBaseUrl: string
  readonly patient?: string
  readonly encounter?: string
  readonly scopes: readonly string[]
  readonly createdAt: string
  readonly lastUsedAt: string
  /** The end, however much it is used. */
  readonly expiresAt: string
  /** The end if it is not used again. */
  readonly idleUntil: string
}

/**
 * Says what a session is and when it ends. Asking is no use of it: it does not put off its idle end.
 *
 * @throws BrokerError `token_missing`, `token_invalid`, `session_missing`, `session_conflict`,
 * `session_over`
 */
export async function describeSession(
  request: SessionRequest,
  deps: SessionDoorDeps,
): Promise<SessionDescription> {
  const session = await sessionOf(request, deps)
  const connection = await deps.registry.findConnection(session.connection)
  if (!connection) {
    throw new BrokerError('internal_error', {
      detail: { connection: session.connection, reason: 'connection_missing' },
    })
  }

  const { organization, environment, fhirVersion } = connection
  const { patient, encounter, scopes, createdAt, lastUsedAt, expiresAt, idleSeconds } = session
  return {
    status: 'active',
    connection: connection.id,
    organization,
    environment,
    sessionBaseUrl: `${deps.publicBaseUrl}/fhir/${fhirVersion}/${organization}/${environment}`,
    ...(patient !== undefined && { patient }),
    ...(encounter !== undefined && { encounter }),
    scopes,
    createdAt: isoTime(createdAt),
    lastUsedAt: isoTime(lastUsedAt),
    expiresAt: isoTime(expiresAt),
    idleUntil: isoTime(Math.min(expiresAt, lastUsedAt + idleSeconds)),
  }
}

/**
 * Ends a session: from then on it is over for every reader. Its tokens are revoked at the EHR, where
 * that offers it, and removed within a minute or so, by the refresher.
 *
 * @throws BrokerError as {@link describeSession}
 */
export async function endSession(request: SessionRequest, deps: SessionDoorDeps): Promise<void> {
  const { id, app, connection, launchId } = await sessionOf(request, deps)
  await deps.endSession(id)
  deps.log.info('session_ended', { app, connection, launchId, reason: 'app' })
  await deps.events.emit({ type: 'session.ended', app, connection, session: id, reason: 'app' })
}

async function sessionOf(
  { authorization, ...names }: SessionRequest,
  { verifyAppToken, readSession, guardDeadSessions, now }: SessionDoorDeps,
): Promise<VisibleSession> {
  const { app, session: boundTo } = await verifyAppToken(authorization)
  const named = namedSession({ ...names, boundTo })
  return guardDeadSessions({ app, key: named.key }, () =>
    findLiveSession(named, app, { read: readSession, now }),
  )
}

function isoTime(seconds: EpochSeconds): string {
  return new Date(seconds * 1000).toISOString()
}
