import type { SignOnKeys } from '#core/logout/sign-on-key.ts'
import { systemScopes } from '#core/oauth/authority-scopes.ts'
import type { Connection } from '#core/registry/registry.ts'
import type { Secret } from '#core/secret.ts'
import type { EpochSeconds } from '#core/time.ts'
import { limitOf } from './live-session.ts'
import { mintSessionId, sessionKey } from './session-id.ts'
import type { Session } from './session-store.ts'

/** What a sign-on leaves behind that uses its connection's own access to FHIR. */
export interface TokenlessSession {
  readonly launchId: string
  readonly patient?: string
  readonly encounter?: string
  /** By which a logout at the provider finds it. */
  readonly signOnKeys?: SignOnKeys
  /** The end of the person's session at their provider: none here outlives it. */
  readonly endsAt?: EpochSeconds
}

/**
 * A session without tokens of its own, under the hash of a SessionID that is minted here. It is found
 * by the refresher at its end, and removed.
 */
export function tokenlessSession(
  connection: Connection,
  { launchId, patient, encounter, signOnKeys, endsAt }: TokenlessSession,
  now: EpochSeconds,
): { readonly sessionId: Secret; readonly session: Session } {
  const sessionId = mintSessionId()
  const { absoluteSeconds, idleSeconds } = connection.sessionPolicy
  const expiresAt = Math.min(now + absoluteSeconds, endsAt ?? Number.POSITIVE_INFINITY)
  const limits = { lastUsedAt: now, expiresAt, idleSeconds }
  return {
    sessionId,
    session: {
      id: sessionKey(sessionId),
      app: connection.app,
      connection: connection.id,
      launchId,
      status: 'active',
      authority: 'system',
      ...(patient !== undefined && { patient }),
      ...(encounter !== undefined && { encounter }),
      scopes: systemScopes(connection.scopes),
      createdAt: now,
      ...limits,
      ...signOnKeys,
      fence: 0,
      tokenVersion: 0,
      sealedTokens: new Uint8Array(),
      accessTokenExpiresAt: expiresAt,
      dueAt: limitOf(limits),
      failures: 0,
    },
  }
}
