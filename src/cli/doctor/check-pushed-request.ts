import { randomUUID } from 'node:crypto'
import { BrokerError } from '#core/errors.ts'
import { authorizationRequest } from '#core/launch/authorization-request.ts'
import { pushRequest, takesPushedRequests } from '#core/launch/push-request.ts'
import { launchScopes } from '#core/oauth/authority-scopes.ts'
import type { DiscoveredEhr, DoctorDeps } from './examined.ts'
import { cannotTell, type Finding, note, ok, wrong } from './finding.ts'

const CHECK = 'pushed-request'

const WITHOUT_PUSHING =
  'Have the vendor enable it for this client, or "vendorOverrides": { "pushedRequests": "none" }.'

/**
 * Pushes an authorization request that nobody will follow, where launches would push theirs. A server
 * that takes it has looked at the client, the redirect URI and the scopes (RFC 9126 §2.1).
 *
 * @param client what was found of the client: one that is refused is not tried once more
 */
export async function checkPushedRequest(
  ehr: DiscoveredEhr,
  client: Finding | undefined,
  deps: DoctorDeps,
): Promise<Finding> {
  const { metadata, profile } = ehr
  if (profile.pushedRequests === 'none' && metadata.require_pushed_authorization_requests) {
    return wrong(
      CHECK,
      'The server demands that authorization requests are pushed, and this connection pushes none.',
      'Remove "pushedRequests": "none" from vendorOverrides.',
    )
  }
  try {
    if (!takesPushedRequests(metadata, ehr)) {
      return note(
        CHECK,
        'The authorization request goes by the browser, as nothing says otherwise.',
      )
    }
  } catch {
    return wrong(
      CHECK,
      'The server demands that authorization requests are pushed, and does not say where. Launches are refused.',
      'Ask the hospital to publish its pushed_authorization_request_endpoint.',
    )
  }
  if (client?.verdict !== 'ok' && client?.verdict !== 'cannot-tell') {
    return note(CHECK, 'None was pushed, because of what is wrong before it.')
  }
  const endpoint = metadata.pushed_authorization_request_endpoint
  try {
    await push(ehr, deps)
    return ok(CHECK, `${endpoint} takes this client’s request, its redirect URI and its scopes.`)
  } catch (error) {
    return judge(BrokerError.from(error), endpoint, ehr)
  }
}

async function push(ehr: DiscoveredEhr, { egress, secrets, signers = [], now }: DoctorDeps) {
  const { connection, registration, redirectUri, metadata, profile } = ehr
  const scopes = launchScopes(connection)
  const { parameters } = await authorizationRequest({
    connection,
    registration,
    scopes,
    iss: connection.fhirBaseUrl,
    ...(scopes.includes('launch') && { launch: randomUUID() }),
    redirectUri,
    state: randomUUID(),
    secrets: {
      nonce: randomUUID(),
      ...(profile.pkce === 'S256' && { codeVerifier: `${randomUUID()}${randomUUID()}` }),
    },
  })
  const seconds = () => Math.floor(now() / 1_000)
  await pushRequest(parameters, metadata, ehr, { egress, secrets, signers, now: seconds })
}

function judge(
  { detail }: BrokerError,
  endpoint: string | undefined,
  { redirectUri, registration }: DiscoveredEhr,
): Finding {
  const { status, oauthError, reason } = detail
  const said = oauthError ?? (status === undefined ? reason : `status ${status}`)
  switch (oauthError) {
    case 'invalid_redirect_uri':
      return wrong(
        CHECK,
        `The server does not know the redirect URI (${said}).`,
        `Have exactly ${redirectUri} registered.`,
      )
    case 'invalid_scope':
      return wrong(
        CHECK,
        `The server refuses the scopes that this connection asks for (${said}).`,
        'Have them granted to the client, or correct scopes in the registry.',
      )
    case 'invalid_client':
    case 'unauthorized_client':
      return wrong(
        CHECK,
        `The server takes no pushed request of this client (${said}).`,
        WITHOUT_PUSHING,
      )
  }
  if (status === undefined || status === 404 || status >= 500) {
    return wrong(
      CHECK,
      `${endpoint} does not take requests (${said}), to which launches are pushed.`,
      WITHOUT_PUSHING,
    )
  }
  // The launch that was made up may be what it complains of.
  return cannotTell(
    CHECK,
    `The server answers a pushed request of a made-up launch with ${said}.`,
    `May the client "${registration.clientId}" push authorization requests to ${endpoint}, with the redirect URI ${redirectUri}? It answered ${said} to a made-up launch.`,
  )
}
