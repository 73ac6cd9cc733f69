import { revocationRequest } from 'oauth4webapi'
import type { Discovery } from '#core/discovery/authorization-server.ts'
import type { Egress } from '#core/egress.ts'
import { BrokerError } from '#core/errors.ts'
import type { EventFields } from '#core/event-log.ts'
import {
  type ClientAuthenticationDeps,
  clientAuthentication,
} from '#core/oauth/client-authentication.ts'
import { loggableOAuthError } from '#core/oauth/loggable-oauth-error.ts'
import { requestOptions } from '#core/oauth/request-options.ts'
import { trySecrets } from '#core/oauth/try-secrets.ts'
import { recentMap } from '#core/recent-map.ts'
import type { Registry } from '#core/registry/registry.ts'
import { secondsOfRetryAfter } from '#core/retry-after.ts'
import type { Secret } from '#core/secret.ts'
import type { Session } from '#core/session/session-store.ts'
import type { EpochSeconds } from '#core/time.ts'
import { clientIssuedTo } from './client-issued-to.ts'
import type { TokenSet } from './token-vault.ts'

/** For one request. */
const REVOKE_TIMEOUT_MS = 8_000

/** More endpoints than one instance ever waits for. */
const MOST_PAUSES = 500

/** What came of revoking a session's tokens. */
export interface Revocation {
  readonly outcome:
    | 'revoked'
    /** The server does not say that it can, or it is not the one that the tokens are from. */
    | 'not_offered'
    /** It will not, however often it is asked. */
    | 'refused'
    /** It did not this time. */
    | 'failed'
  readonly detail: EventFields
}

/** Revokes the tokens of a session that is over at their authorization server. Never rejects. */
export type RevokeTokens = (
  session: Pick<Session, 'connection'>,
  tokens: TokenSet,
) => Promise<Revocation>

export interface RevokeTokensDeps extends ClientAuthenticationDeps {
  readonly registry: Pick<Registry, 'findConnection' | 'findRegistration'>
  readonly discovery: Discovery
  readonly egress: Egress
}

/**
 * Revokes the refresh token, with which the server takes back the access tokens of the grant too; of
 * tokens that cannot be renewed, or where the server revokes no refresh tokens, the access token. An
 * answer of 200 also means that the token was not good any more.
 *
 * A server that asks for time gets it: within `Retry-After` nothing is sent to its endpoint. The
 * refresher tries again in its next runs.
 *
 * Tokens go only to the server that they are from: one that discovery names since then, and that is
 * not the launch's, gets none.
 *
 * @see [RFC 7009](https://www.rfc-editor.org/rfc/rfc7009.html)
 */
export function revokeTokens(deps: RevokeTokensDeps): RevokeTokens {
  const pauses = recentMap<EpochSeconds>(MOST_PAUSES)
  return async ({ connection: id }, tokens) => {
    let host = new URL(tokens.tokenEndpoint).host
    try {
      const connection = await deps.registry.findConnection(id)
      const known = connection && (await deps.registry.findRegistration(connection.registration))
      if (!connection || !known) {
        return { outcome: 'not_offered', detail: { host, reason: 'registration_gone' } }
      }
      const registration = clientIssuedTo(known, tokens)
      const { issuer, token_endpoint, revocation_endpoint } = await deps.discovery(
        connection,
        registration.clientId,
      )
      if (issuer !== tokens.issuer || token_endpoint !== tokens.tokenEndpoint) {
        return { outcome: 'not_offered', detail: { host, reason: 'server_changed' } }
      }
      if (revocation_endpoint === undefined) {
        return { outcome: 'not_offered', detail: { host, reason: 'not_advertised' } }
      }

      host = new URL(revocation_endpoint).host
      if (deps.now() < (pauses.get(revocation_endpoint) ?? 0)) {
        return { outcome: 'failed', detail: { host, reason: 'retry_after' } }
      }
      const limits = { timeoutMs: REVOKE_TIMEOUT_MS, hosts: [host] }
      const present = async (kind: 'refresh_token' | 'access_token', token: Secret) => {
        const response = await trySecrets(
          registration,
          deps.secrets,
          (secret) =>
            revocationRequest(
              { issuer, token_endpoint, revocation_endpoint },
              { client_id: registration.clientId },
              clientAuthentication({ registration, connection }, secret, deps),
              token.reveal(),
              {
                ...requestOptions(deps.egress, limits),
                additionalParameters: { token_type_hint: kind },
              },
            ),
          ({ status }) => status === 401,
        )
        const { status, headers } = response
        const pause = status === 200 ? undefined : headers.get('retry-after')
        const pauseSeconds = secondsOfRetryAfter(pause ?? null, deps.now())
        if (pauseSeconds) pauses.set(revocation_endpoint, deps.now() + pauseSeconds)
        return { outcome: outcomeOf(status), detail: { host, ...(await said(response)) } }
      }

      const { refreshToken, accessToken } = tokens
      const first = refreshToken && (await present('refresh_token', refreshToken))
      return first && first.detail.oauthError !== 'unsupported_token_type'
        ? first
        : await present('access_token', accessToken)
    } catch (error) {
      const { code, detail } = BrokerError.from(error)
      return { outcome: 'failed', detail: { host, reason: detail.reason ?? code } }
    }
  }
}

/** A refused client is configuration, and may be set right; a refused request stays refused. */
function outcomeOf(status: number): Revocation['outcome'] {
  if (status === 200) return 'revoked'
  const isFinal = status >= 400 && status < 500 && ![401, 408, 429].includes(status)
  return isFinal ? 'refused' : 'failed'
}

async function said(response: Response): Promise<EventFields> {
  const { status } = response
  if (status === 200) return {}
  const body: unknown = await response.json().catch(() => undefined)
  const isError = typeof body === 'object' && body !== null && 'error' in body
  return {
    status,
    ...(isError &&
      typeof body.error === 'string' && { oauthError: loggableOAuthError(body.error) }),
  }
}
