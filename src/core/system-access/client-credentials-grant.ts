import { clientCredentialsGrantRequest } from 'oauth4webapi'
import type { Egress } from '#core/egress.ts'
import { BrokerError } from '#core/errors.ts'
import { systemScopes } from '#core/oauth/authority-scopes.ts'
import {
  type ClientAuthenticationDeps,
  clientAuthentication,
} from '#core/oauth/client-authentication.ts'
import { requestOptions } from '#core/oauth/request-options.ts'
import { readTokenAnswer } from '#core/oauth/token-answer.ts'
import { readGrant } from '#core/oauth/token-grant.ts'
import type { Registry } from '#core/registry/registry.ts'
import { classifyRefreshAnswer } from '#core/tokens/classify-refresh-answer.ts'
import type { RefreshAnswer, RefreshGrant, RefreshRequest } from '#core/tokens/refresh-answer.ts'
import { profileOf } from '#core/vendors/profile-of.ts'
import { isSystemTokens } from './system-tokens-row.ts'

export interface ClientCredentialsGrantDeps extends ClientAuthenticationDeps {
  readonly registry: Pick<Registry, 'findConnection' | 'findRegistration'>
  readonly egress: Egress
}

/** The grant by which a row's tokens are renewed: a session's by its refresh token, else by the client alone. */
export function grantOf(refresh: RefreshGrant, deps: ClientCredentialsGrantDeps): RefreshGrant {
  const ofClient = clientCredentialsGrant(deps)
  return (request) => (isSystemTokens(request.session.id) ? ofClient(request) : refresh(request))
}

/**
 * SMART Backend Services: the client proves itself by a key that never leaves KMS, and gets a token of
 * its own for the connection's scopes. Nothing is used up by asking, so what was lost is asked again.
 *
 * @see [SMART Backend Services](https://hl7.org/fhir/smart-app-launch/backend-services.html#obtain-access-token)
 */
function clientCredentialsGrant(deps: ClientCredentialsGrantDeps): RefreshGrant {
  return async (request) => {
    const { host } = new URL(request.tokens.tokenEndpoint)
    try {
      return await ask(request, host, deps)
    } catch (error) {
      const { code, detail } = BrokerError.from(error)
      return { kind: 'unavailable', detail: { host, reason: detail.reason ?? code } }
    }
  }
}

async function ask(
  { session, tokens, remainingMs }: RefreshRequest,
  host: string,
  deps: ClientCredentialsGrantDeps,
): Promise<RefreshAnswer> {
  const connection = await deps.registry.findConnection(session.connection)
  const registration = connection && (await deps.registry.findRegistration(connection.registration))
  if (!registration || connection.fhirAuthority !== 'system') {
    return { kind: 'client_refused', detail: { host, reason: 'registration_gone' } }
  }

  const profile = profileOf(connection)
  const scopes = systemScopes(connection.scopes)
  const issuedAt = deps.now()
  const response = await clientCredentialsGrantRequest(
    { issuer: tokens.issuer, token_endpoint: tokens.tokenEndpoint },
    { client_id: registration.clientId },
    clientAuthentication({ registration, connection }, undefined, deps),
    { scope: scopes.join(' ') },
    requestOptions(deps.egress, { hosts: [host], timeoutMs: Math.max(1, remainingMs()) }),
  )
  const answer = await readTokenAnswer(response, profile)
  const failure = classifyRefreshAnswer(answer, {
    retryAfter: response.headers.get('retry-after'),
    now: issuedAt,
    fatalErrors: [],
  })
  if (failure) {
    // There is no grant of a person's that could be over: a refusal is configuration.
    const kind = failure.kind === 'revoked' ? 'client_refused' : failure.kind
    return { ...failure, kind, detail: { host, ...failure.detail } }
  }

  const read = readGrant(answer.kind === 'tokens' ? answer.members : {}, {
    profile,
    fhirBaseUrl: connection.fhirBaseUrl,
    scopes,
    receivedAt: issuedAt,
  })
  if ('refused' in read) {
    return { kind: 'client_refused', detail: { host, parameter: read.refused } }
  }
  const { grant } = read
  return {
    kind: 'granted',
    tokens: { ...tokens, accessToken: grant.accessToken },
    issuedAt,
    expiresAt: grant.expiresAt,
    marginSeconds: profile.refreshMarginSeconds,
    scopes: grant.scopes,
  }
}
