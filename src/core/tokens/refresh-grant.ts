import {
  processRefreshTokenResponse,
  refreshTokenGrantRequest,
  type TokenEndpointResponse,
} from 'oauth4webapi'
import type { Egress } from '#core/egress.ts'
import { BrokerError } from '#core/errors.ts'
import type { EventLog } from '#core/event-log.ts'
import { redirectUriOf } from '#core/launch/redirect-uri.ts'
import { cleanTokenResponse } from '#core/oauth/clean-token-response.ts'
import {
  type ClientAtEhr,
  type ClientAuthenticationDeps,
  clientAuthentication,
} from '#core/oauth/client-authentication.ts'
import { requestOptions } from '#core/oauth/request-options.ts'
import { toTokenGrant } from '#core/oauth/token-grant.ts'
import { trySecrets } from '#core/oauth/try-secrets.ts'
import type { Registry } from '#core/registry/registry.ts'
import type { Secret } from '#core/secret.ts'
import { profileOf } from '#core/vendors/profile-of.ts'
import { checkRenewedIdToken } from './check-renewed-id-token.ts'
import { classifyRefreshResponse } from './classify-refresh-response.ts'
import type { RefreshAnswer, RefreshGrant, RefreshRequest } from './refresh-answer.ts'

export interface RefreshGrantDeps extends ClientAuthenticationDeps {
  readonly registry: Registry
  readonly egress: Egress
  readonly log: EventLog
  /** The common one; servers that want it again get the registration's own, where it has one. */
  readonly redirectUri: string
}

/** Errors of the egress client that mean that nothing left this machine. */
const NEVER_SENT = ['upstream_unavailable', 'upstream_refused']

/** A second request in less than this would only run into the end of the lease. */
const SHORTEST_RETRY_MS = 1_000

/**
 * The refresh grant at a session's token endpoint, which was pinned at the launch.
 *
 * The scope is left out, which asks for what was granted (SM-81), unless the vendor wants it named.
 * The connection is a fresh one, and a request that may have arrived is not repeated.
 * `invalid_client` leaves the refresh token unused, so then another secret is tried.
 *
 * @see [RFC 6749 §6](https://www.rfc-editor.org/rfc/rfc6749.html#section-6)
 * @see [SMART App Launch 2.2, refresh](https://hl7.org/fhir/smart-app-launch/app-launch.html#refresh-access-token)
 */
export function refreshGrant(deps: RefreshGrantDeps): RefreshGrant {
  return async (request) => {
    let client: ClientAtEhr | undefined
    try {
      client = await findClient(request.session.connection, deps.registry)
    } catch {
      return { kind: 'unavailable', detail: { reason: 'registry_unavailable' } }
    }
    if (!client) return { kind: 'client_refused', detail: { reason: 'registration_gone' } }

    const { registration } = client
    const found = client
    try {
      return await trySecrets(
        registration,
        deps.secrets,
        (secret) => present(request, found, secret, deps),
        (answer) =>
          answer.kind === 'client_refused' &&
          (answer.detail?.oauthError === 'invalid_client' || answer.detail?.status === 401) &&
          request.remainingMs() > SHORTEST_RETRY_MS,
      )
    } catch (error) {
      const { code, detail } = BrokerError.from(error)
      return { kind: 'unavailable', detail: { reason: detail.reason ?? code } }
    }
  }
}

async function findClient(id: string, registry: Registry): Promise<ClientAtEhr | undefined> {
  const connection = await registry.findConnection(id)
  const registration = connection && (await registry.findRegistration(connection.registration))
  return registration && { registration, connection }
}

async function present(
  request: RefreshRequest,
  client: ClientAtEhr,
  secret: Secret | undefined,
  deps: RefreshGrantDeps,
): Promise<RefreshAnswer> {
  const { session, tokens, remainingMs } = request
  const { clientId } = client.registration
  const profile = profileOf(client.connection)
  const server = { issuer: tokens.issuer, token_endpoint: tokens.tokenEndpoint }
  const { host } = new URL(tokens.tokenEndpoint)
  if (!tokens.refreshToken) return { kind: 'revoked', detail: { host, reason: 'no_refresh_token' } }
  const issuedAt = deps.now()

  let isSent = false
  const egress: Egress = (url, init, limits) => {
    const timeoutMs = remainingMs()
    if (timeoutMs <= 0) throw new BrokerError('upstream_unavailable', { detail: { host } })
    isSent = true
    return deps.egress(url, init, { ...limits, timeoutMs })
  }

  let response: Response
  try {
    response = await cleanTokenResponse(
      await refreshTokenGrantRequest(
        server,
        { client_id: clientId },
        clientAuthentication(client, secret, deps),
        tokens.refreshToken.reveal(),
        {
          ...requestOptions(egress, { hosts: [host] }),
          additionalParameters: {
            ...(profile.refreshParameters.includes('scope') && { scope: session.scopes.join(' ') }),
            ...(profile.refreshParameters.includes('redirect_uri') && {
              redirect_uri: redirectUriOf(client.registration, deps.redirectUri),
            }),
          },
        },
      ),
    )
  } catch (error) {
    const { code, detail } = BrokerError.from(error)
    const kind = isSent && !NEVER_SENT.includes(code) ? 'ambiguous' : 'unavailable'
    return { kind, detail: { host, reason: detail.reason ?? code } }
  }

  const failure = await classifyRefreshResponse(response, issuedAt, profile.refreshFatalErrors)
  if (failure) return { ...failure, detail: { host, ...failure.detail } }

  const { idToken, answer } = await withoutIdToken(response)
  switch (checkRenewedIdToken(idToken, clientId, tokens)) {
    case 'changed':
      return { kind: 'changed', what: 'user', detail: { host, parameter: 'id_token' } }
    case 'not_checkable':
      deps.log.warn('id_token_dropped', { connection: session.connection, host })
  }

  let members: TokenEndpointResponse
  try {
    members = await processRefreshTokenResponse(server, { client_id: clientId }, answer)
  } catch {
    return { kind: 'ambiguous', detail: { host, reason: 'token_response_invalid' } }
  }
  // A sender-constrained token could not be used: we hold no key that it is bound to.
  if (members.token_type !== 'bearer') {
    return { kind: 'ambiguous', detail: { host, parameter: 'token_type' } }
  }

  const grant = toTokenGrant(members, session.scopes, () => issuedAt, profile)
  if (grant.patient !== undefined && grant.patient !== session.patient) {
    return { kind: 'changed', what: 'patient', detail: { host, parameter: 'patient' } }
  }
  return {
    kind: 'granted',
    tokens: {
      ...tokens,
      accessToken: grant.accessToken,
      refreshToken: grant.refreshToken ?? tokens.refreshToken,
    },
    issuedAt,
    expiresAt: Math.floor(grant.expiresAt),
    marginSeconds: profile.refreshMarginSeconds,
    scopes: grant.scopes,
  }
}

/**
 * The ID token apart, because it is checked by our own rule; and no `expires_in` that is not a
 * number, because a good token must not be lost for it.
 */
async function withoutIdToken(
  response: Response,
): Promise<{ readonly idToken: unknown; readonly answer: Response }> {
  const { id_token, expires_in, ...members } = (await response.json()) as Record<string, unknown>
  const lifetime = Number(expires_in)
  return {
    idToken: id_token,
    answer: new Response(
      JSON.stringify({ ...members, ...(lifetime > 0 && { expires_in: lifetime }) }),
      { status: response.status, headers: response.headers },
    ),
  }
}
