import type { Discovery } from '#core/discovery/authorization-server.ts'
import { BrokerError } from '#core/errors.ts'
import type { Connection, Registry } from '#core/registry/registry.ts'
import type { Secret } from '#core/secret.ts'
import type { Session, SessionStore } from '#core/session/session-store.ts'
import type { Clock } from '#core/time.ts'
import type { AccessTokens } from '#core/tokens/access-tokens.ts'
import type { TokenVault } from '#core/tokens/token-vault.ts'
import { newSystemTokens, sessionPagingKey, systemTokensId } from './system-tokens-row.ts'

export interface SystemAccessTokensDeps {
  /** Hands out the tokens of a row, its own. */
  readonly tokens: AccessTokens
  readonly sessions: Pick<SessionStore, 'read' | 'create'>
  readonly vault: TokenVault
  readonly registry: Pick<Registry, 'findConnection' | 'findRegistration'>
  readonly discovery: Discovery
  readonly now: Clock
}

/** Tokens of sessions, whosever they are, and what else is kept with them. */
export interface SystemAccessTokens extends AccessTokens {
  pagingKey(session: Session): Promise<Secret>
}

/**
 * Hands out a session's access token, where `fhirAuthority` is `system` the connection's own: one for
 * all sessions of a connection and its scopes, in a row that is renewed as a session's is, so that
 * any number of callers make one request of it.
 *
 * @see [SMART Backend Services](https://hl7.org/fhir/smart-app-launch/backend-services.html)
 */
export function systemAccessTokens(deps: SystemAccessTokensDeps): SystemAccessTokens {
  const { tokens, sessions, vault, registry, discovery, now } = deps

  /** The row that has a session's tokens. */
  async function rowOf(session: Session): Promise<Session> {
    if (session.authority !== 'system') return session
    const connection = await registry.findConnection(session.connection)
    if (!connection || connection.app !== session.app || connection.fhirAuthority !== 'system') {
      const detail = { connection: session.connection, reason: 'registry_changed' }
      throw new BrokerError('session_over', { detail })
    }
    const id = systemTokensId(connection, now())
    return (await sessions.read(id, { consistent: true })) ?? create(connection, id)
  }

  async function create(connection: Connection, id: string): Promise<Session> {
    const registration = await registry.findRegistration(connection.registration)
    if (!registration) {
      const detail = { connection: connection.id, reason: 'registration_missing' }
      throw new BrokerError('internal_error', { detail })
    }
    const { issuer, token_endpoint } = await discovery(connection, registration.clientId)
    const server = { issuer, tokenEndpoint: token_endpoint }
    const row = await newSystemTokens(connection, server, { vault, now: now() })
    try {
      await sessions.create(row)
      return row
    } catch (error) {
      // Another was first; its row is as good.
      const other = await sessions.read(id, { consistent: true })
      if (other) return other
      throw error
    }
  }

  return {
    async freshAccessToken(session, options) {
      const row = await rowOf(session)
      const fresh = await tokens.freshAccessToken(row, options)
      return row === session ? fresh : { accessToken: fresh.accessToken, session }
    },

    async pagingKey(session) {
      const { id, connection, tokenVersion, sealedTokens } = await rowOf(session)
      const { pagingKey } = await vault.open(sealedTokens, {
        session: id,
        connection,
        tokenVersion,
      })
      return id === session.id ? pagingKey : sessionPagingKey(pagingKey, session)
    },
  }
}
