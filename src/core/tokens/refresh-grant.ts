import { refreshTokenGrantRequest } from 'oauth4webapi'
import type { Egress } from '#core/egress.ts'
import { BrokerError } from '#core/errors.ts'
import type { EventLog } from '#core/event-log.ts'
import { redirectUriOf } from '#core/launch/redirect-uri.ts'
import { bindingKey } from '#core/oauth/bound-token.ts'
import {
  type ClientAtEhr,
  type ClientAuthenticationDeps,
  clientAuthentication,
} from '#core/oauth/client-authentication.ts'
import { provingEgress, withDpopNonce } from '#core/oauth/dpop-egress.ts'
import { type DpopProofs, dpopProofs } from '#core/oauth/dpop-proofs.ts'
import { requestOptions } from '#core/oauth/request-options.ts'
import { readTokenAnswer, type TokenAnswer } from '#core/oauth/token-answer.ts'
import { readGrant } from '#core/oauth/token-grant.ts'
import { trySecrets } from '#core/oauth/try-secrets.ts'
import type { Registry } from '#core/registry/registry.ts'
import type { Secret } from '#core/secret.ts'
import type { Session } from '#core/session/session-store.ts'
import { profileOf } from '#core/vendors/profile-of.ts'
import type { VendorProfile } from '#core/vendors/vendor-profile.ts'
import { checkRenewedIdToken } from './check-renewed-id-token.ts'
import { classifyRefreshAnswer } from './classify-refresh-answer.ts'
import { clientIssuedTo } from './client-issued-to.ts'
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

const OF_THE_LAUNCH = ['openid', 'fhirUser', 'profile', 'online_access', 'offline_access']

/** A second request in less than this would only run into the end of the lease. */
const SHORTEST_RETRY_MS = 1_000

/**
 * The refresh grant at a session's token endpoint, which was pinned at the launch.
 *
 * The scope is left out, which asks for what was granted (SM-81), unless the vendor wants it named.
 * The connection is a fresh one, and a request that may have arrived is not repeated.
 * `invalid_client` leaves the refresh token unused, so then another secret is tried. The client is the
 * one that the token was issued to; where the registration has another by now and the server knows the
 * first no more, nobody can present its tokens.
 *
 * @see [RFC 6749 §6](https://www.rfc-editor.org/rfc/rfc6749.html#section-6)
 * @see [SMART App Launch 2.2, refresh](https://hl7.org/fhir/smart-app-launch/app-launch.html#refresh-access-token)
 */
export function refreshGrant(deps: RefreshGrantDeps): RefreshGrant {
  const proofs = dpopProofs(deps.now)
  return async (request) => {
    let client: ClientAtEhr | undefined
    try {
      client = await findClient(request.session.connection, deps.registry)
    } catch {
      return { kind: 'unavailable', detail: { reason: 'registry_unavailable' } }
    }
    if (!client) return { kind: 'client_refused', detail: { reason: 'registration_gone' } }

    const registration = clientIssuedTo(client.registration, request.tokens)
    const issuedTo = { ...client, registration }
    try {
      const answer = await trySecrets(
        registration,
        deps.secrets,
        (secret) => present(request, issuedTo, secret, { ...deps, proofs }),
        (refused) => isUnknownClient(refused) && request.remainingMs() > SHORTEST_RETRY_MS,
      )
      if (registration === client.registration || !isUnknownClient(answer)) return answer
      const { host } = answer.detail ?? {}
      const { connection, launchId } = request.session
      deps.log.warn('token_client_gone', { connection, launchId, ...(host && { host }) })
      return { kind: 'revoked', detail: answer.detail ?? {} }
    } catch (error) {
      const { code, detail } = BrokerError.from(error)
      return { kind: 'unavailable', detail: { reason: detail.reason ?? code } }
    }
  }
}

function isUnknownClient(
  answer: RefreshAnswer,
): answer is Extract<RefreshAnswer, { readonly kind: 'client_refused' }> {
  if (answer.kind !== 'client_refused') return false
  const { oauthError, status } = answer.detail ?? {}
  return oauthError === 'invalid_client' || status === 401
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
  deps: RefreshGrantDeps & { readonly proofs: DpopProofs },
): Promise<RefreshAnswer> {
  const { session, tokens, remainingMs } = request
  const { clientId } = client.registration
  const profile = profileOf(client.connection)
  const server = { issuer: tokens.issuer, token_endpoint: tokens.tokenEndpoint }
  const { host } = new URL(tokens.tokenEndpoint)
  if (!tokens.refreshToken) return { kind: 'revoked', detail: { host, reason: 'no_refresh_token' } }
  const issuedAt = deps.now()
  const dpopKey = bindingKey(tokens.accessToken)

  let isSent = false
  const egress: Egress = (url, init, limits) => {
    const timeoutMs = remainingMs()
    if (timeoutMs <= 0) throw new BrokerError('upstream_unavailable')
    isSent = true
    return deps.egress(url, init, { ...limits, timeoutMs })
  }
  const proving = provingEgress(egress, dpopKey, deps.proofs)
  const presented = tokens.refreshToken.reveal()

  let answer: TokenAnswer
  let retryAfter: string | null = null
  try {
    answer = await withDpopNonce(async () => {
      const response = await refreshTokenGrantRequest(
        server,
        { client_id: clientId },
        clientAuthentication(client, secret, deps),
        presented,
        {
          ...requestOptions(proving, { hosts: [host] }),
          additionalParameters: refreshParameters(
            profile,
            session,
            redirectUriOf(client.registration, deps.redirectUri),
          ),
        },
      )
      retryAfter = response.headers.get('retry-after')
      return readTokenAnswer(response, profile)
    })
  } catch (error) {
    const { code, detail } = BrokerError.from(error)
    const kind = isSent && !NEVER_SENT.includes(code) ? 'ambiguous' : 'unavailable'
    return { kind, detail: { host, reason: detail.reason ?? code } }
  }

  const failure = classifyRefreshAnswer(answer, {
    retryAfter,
    now: issuedAt,
    fatalErrors: profile.refreshFatalErrors,
  })
  if (failure) return { ...failure, detail: { host, ...failure.detail } }

  const members = answer.kind === 'tokens' ? answer.members : {}
  const read = readGrant(members, {
    profile,
    fhirBaseUrl: client.connection.fhirBaseUrl,
    scopes: session.scopes,
    receivedAt: issuedAt,
    dpopKey,
  })
  // Tokens that were bound stay so: one that anybody could use in their place is not taken.
  const refused =
    'refused' in read
      ? read.refused
      : dpopKey && !bindingKey(read.grant.accessToken)
        ? 'token_type'
        : undefined
  if ('refused' in read || refused) {
    return { kind: 'ambiguous', detail: { host, ...(refused && { parameter: refused }) } }
  }

  const { grant } = read
  if (profile.idToken === 'checked') {
    switch (checkRenewedIdToken(grant.idToken, clientId, tokens)) {
      case 'changed':
        return { kind: 'changed', what: 'user', detail: { host, parameter: 'id_token' } }
      case 'not_checkable':
        deps.log.warn('id_token_dropped', { connection: session.connection, host })
    }
  }
  // What a session is about was settled at its launch: a patient that comes only now is not taken.
  if (
    grant.patient !== undefined &&
    session.patient !== undefined &&
    grant.patient !== session.patient
  ) {
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
    expiresAt: grant.expiresAt,
    marginSeconds: profile.refreshMarginSeconds,
    scopes: renewedScopes(session.scopes, grant.scopes),
  }
}

/** The scope is that of the grant: more may never be asked for here (SM-81). */
function refreshParameters(
  { refreshParameters: wanted }: VendorProfile,
  session: Session,
  redirectUri: string,
): Record<string, string> {
  return {
    ...(wanted.includes('scope') && { scope: session.scopes.join(' ') }),
    ...(wanted.includes('redirect_uri') && { redirect_uri: redirectUri }),
  }
}

/**
 * What the answer names; who signed on, and for how long access lasts, stays known though a server
 * names these scopes in its first answer only.
 */
function renewedScopes(before: readonly string[], named: readonly string[]): readonly string[] {
  const stays = (scope: string) => OF_THE_LAUNCH.includes(scope) || named.includes(scope)
  return [...new Set([...before.filter(stays), ...named])]
}
