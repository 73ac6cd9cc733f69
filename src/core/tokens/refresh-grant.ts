import {
  type ClientAuth,
  processRefreshTokenResponse,
  refreshTokenGrantRequest,
  type TokenEndpointResponse,
} from 'oauth4webapi'
import type { Egress } from '#core/egress.ts'
import { BrokerError } from '#core/errors.ts'
import type { EventLog } from '#core/event-log.ts'
import { cleanTokenResponse } from '#core/oauth/clean-token-response.ts'
import {
  type ClientAuthenticationDeps,
  clientAuthentication,
} from '#core/oauth/client-authentication.ts'
import { requestOptions } from '#core/oauth/request-options.ts'
import { toTokenGrant } from '#core/oauth/token-grant.ts'
import type { Registration, Registry } from '#core/registry/registry.ts'
import { checkRenewedIdToken } from './check-renewed-id-token.ts'
import { classifyRefreshResponse } from './classify-refresh-response.ts'
import type { RefreshAnswer, RefreshGrant, RefreshRequest } from './refresh-answer.ts'

export interface RefreshGrantDeps extends ClientAuthenticationDeps {
  readonly registry: Registry
  readonly egress: Egress
  readonly log: EventLog
}

/** Errors of the egress client that mean that nothing left this machine. */
const NEVER_SENT = ['upstream_unavailable', 'upstream_refused']

/** A second request in less than this would only run into the end of the lease. */
const SHORTEST_RETRY_MS = 1_000

/**
 * The refresh grant at a session's token endpoint, which was pinned at the launch.
 *
 * The scope is left out, which asks for what was granted (SM-81). The connection is a fresh one,
 * and a request that may have arrived is not repeated. `invalid_client` leaves the refresh token
 * unused, so then a changed secret is read and tried, once.
 *
 * @see [RFC 6749 §6](https://www.rfc-editor.org/rfc/rfc6749.html#section-6)
 * @see [SMART App Launch 2.2, refresh](https://hl7.org/fhir/smart-app-launch/app-launch.html#refresh-access-token)
 */
export function refreshGrant(deps: RefreshGrantDeps): RefreshGrant {
  return async (request) => {
    let registration: Registration | undefined
    try {
      const connection = await deps.registry.findConnection(request.session.connection)
      registration = connection && (await deps.registry.findRegistration(connection.registration))
    } catch {
      return { kind: 'unavailable', detail: { reason: 'registry_unavailable' } }
    }
    if (!registration) return { kind: 'client_refused', detail: { reason: 'registration_gone' } }

    const answer = await present(request, registration, false, deps)
    return answer.kind === 'client_refused' &&
      (answer.detail?.oauthError === 'invalid_client' || answer.detail?.status === 401) &&
      registration.authentication.method === 'client_secret_basic' &&
      request.remainingMs() > SHORTEST_RETRY_MS
      ? present(request, registration, true, deps)
      : answer
  }
}

async function present(
  request: RefreshRequest,
  registration: Registration,
  freshSecret: boolean,
  deps: RefreshGrantDeps,
): Promise<RefreshAnswer> {
  const { session, tokens, remainingMs } = request
  const { clientId } = registration
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
    const authentication: ClientAuth = await clientAuthentication(registration, deps, {
      freshSecret,
    })
    response = await cleanTokenResponse(
      await refreshTokenGrantRequest(
        server,
        { client_id: clientId },
        authentication,
        tokens.refreshToken.reveal(),
        requestOptions(egress, { hosts: [host] }),
      ),
    )
  } catch (error) {
    const { code, detail } = BrokerError.from(error)
    const kind = isSent && !NEVER_SENT.includes(code) ? 'ambiguous' : 'unavailable'
    return { kind, detail: { host, reason: detail.reason ?? code } }
  }

  const failure = await classifyRefreshResponse(response, issuedAt)
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

  const grant = toTokenGrant(members, session.scopes, () => issuedAt)
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
