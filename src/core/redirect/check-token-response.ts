import { BrokerError } from '#core/errors.ts'
import { loggableOAuthError } from '#core/oauth/loggable-oauth-error.ts'
import type { TakenLaunch } from './take-launch.ts'

/** Errors of RFC 6749 §5.2 that are about us as a client, and so the administrator's to mend. */
const CLIENT_ERRORS = ['invalid_client', 'unauthorized_client', 'unsupported_grant_type']

/**
 * Refuses a token endpoint's answer that is an error, or that is not a token response: HTML,
 * nothing, another token type than Bearer. Its body is neither shown nor logged.
 *
 * @throws BrokerError `authorization_code_refused`, `authorization_client_refused`,
 * `authorization_server_unavailable` (5xx), `token_response_invalid`
 * @see [RFC 6749 §5](https://www.rfc-editor.org/rfc/rfc6749.html#section-5)
 */
export async function checkTokenResponse(response: Response, launch: TakenLaunch): Promise<void> {
  const { status } = response
  const detail = { launchId: launch.launchId, connection: launch.connection, status }
  const body: unknown = await response
    .clone()
    .json()
    .catch(() => undefined)
  const members = (typeof body === 'object' && body !== null ? body : {}) as Record<string, unknown>

  const { error } = members
  if (typeof error === 'string') {
    throw new BrokerError(
      CLIENT_ERRORS.includes(error) || status === 401
        ? 'authorization_client_refused'
        : 'authorization_code_refused',
      { detail: { ...detail, oauthError: loggableOAuthError(error) } },
    )
  }
  if (status === 401) throw new BrokerError('authorization_client_refused', { detail })
  if (status >= 500) throw new BrokerError('authorization_server_unavailable', { detail })
  if (status !== 200) {
    throw new BrokerError('token_response_invalid', { detail: { ...detail, reason: 'status' } })
  }

  const { access_token, token_type } = members
  const parameter =
    typeof access_token !== 'string' || access_token === ''
      ? 'access_token'
      : typeof token_type !== 'string' || token_type.toLowerCase() !== 'bearer'
        ? 'token_type'
        : undefined
  if (parameter) {
    throw new BrokerError('token_response_invalid', { detail: { ...detail, parameter } })
  }
}
