import { pushedAuthorizationRequest } from 'oauth4webapi'
import type { AuthorizationServerMetadata } from '#core/discovery/authorization-server.ts'
import type { Egress } from '#core/egress.ts'
import { BrokerError } from '#core/errors.ts'
import {
  type ClientAtEhr,
  type ClientAuthenticationDeps,
  clientAuthentication,
} from '#core/oauth/client-authentication.ts'
import { loggableOAuthError } from '#core/oauth/loggable-oauth-error.ts'
import { requestOptions } from '#core/oauth/request-options.ts'
import { errorOf } from '#core/oauth/token-error.ts'
import { trySecrets } from '#core/oauth/try-secrets.ts'
import { profileOf } from '#core/vendors/profile-of.ts'

const TIMEOUT_MS = 5_000
const MAX_BYTES = 16 * 1024

export interface PushRequestDeps extends ClientAuthenticationDeps {
  readonly egress: Egress
}

/**
 * Whether the authorization request is pushed: where the server says that it takes it so, unless the
 * connection says that this client may not.
 *
 * @throws BrokerError `discovery_failed` where the server demands it and does not say where
 */
export function takesPushedRequests(
  {
    pushed_authorization_request_endpoint: endpoint,
    require_pushed_authorization_requests: isRequired,
  }: AuthorizationServerMetadata,
  { connection }: ClientAtEhr,
): boolean {
  if (profileOf(connection).pushedRequests === 'none') return false
  if (endpoint !== undefined) return true
  if (!isRequired) return false
  throw new BrokerError('discovery_failed', {
    detail: {
      connection: connection.id,
      parameter: 'pushed_authorization_request_endpoint',
      reason: 'missing',
    },
  })
}

/**
 * Sends the authorization request to the server itself, so that the browser carries nothing of it but
 * a reference. One that is refused ends the launch: it is not tried in the open instead.
 *
 * @returns the `request_uri`
 * @throws BrokerError `authorization_server_unavailable`, `authorization_client_refused`
 * @see [RFC 9126 §2](https://www.rfc-editor.org/rfc/rfc9126.html#section-2)
 */
export async function pushRequest(
  parameters: Readonly<Record<string, string>>,
  server: AuthorizationServerMetadata,
  client: ClientAtEhr,
  deps: PushRequestDeps,
): Promise<string> {
  const { connection, registration } = client
  const { host } = new URL(server.pushed_authorization_request_endpoint ?? '')
  const about = { connection: connection.id, host }
  try {
    const answer = await trySecrets(
      registration,
      deps.secrets,
      async (secret) =>
        read(
          await pushedAuthorizationRequest(
            server,
            { client_id: registration.clientId },
            clientAuthentication(client, secret, deps),
            parameters,
            requestOptions(deps.egress, {
              timeoutMs: TIMEOUT_MS,
              maxBytes: MAX_BYTES,
              hosts: [host],
            }),
          ),
        ),
      ({ error }) => error === 'invalid_client',
    )
    if (answer.requestUri !== undefined) return answer.requestUri
    const { status, error } = answer
    throw new BrokerError(
      status >= 500 ? 'authorization_server_unavailable' : 'authorization_client_refused',
      {
        detail: {
          ...about,
          status,
          reason: 'request_not_pushed',
          ...(error !== undefined && { oauthError: loggableOAuthError(error) }),
        },
      },
    )
  } catch (error) {
    if (!(error instanceof BrokerError) || !error.code.startsWith('upstream_')) throw error
    throw new BrokerError('authorization_server_unavailable', {
      cause: error,
      detail: { ...error.detail, ...about, reason: error.code },
    })
  }
}

interface PushAnswer {
  readonly status: number
  readonly requestUri?: string
  readonly error?: string
}

async function read(response: Response): Promise<PushAnswer> {
  const { status } = response
  let members: Readonly<Record<string, unknown>> = {}
  try {
    members = { ...((await response.json()) as object) }
  } catch {
    return { status }
  }
  const { request_uri: uri } = members
  if (status >= 200 && status < 300 && typeof uri === 'string' && uri !== '') {
    return { status, requestUri: uri }
  }
  const error = errorOf(members)?.code
  return { status, ...(error !== undefined && { error }) }
}
