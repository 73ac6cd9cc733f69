import { BrokerError, type ErrorCode } from '#core/errors.ts'
import { loggableOAuthError } from '#core/oauth/loggable-oauth-error.ts'
import type { TakenLaunch } from './take-launch.ts'

/** What a person, or the EHR on their behalf, refuses. */
const DENIED = [
  'access_denied',
  'login_required',
  'interaction_required',
  'consent_required',
  'account_selection_required',
]

/** What may go away by itself, and is nobody's set-up. */
const TRANSIENT = ['server_error', 'temporarily_unavailable']

/**
 * Ends a launch that the authorization server refused. Its `error_description` is the server's text
 * and is neither shown nor logged.
 *
 * @throws BrokerError `authorization_denied`, `authorization_server_unavailable`,
 * `authorization_client_refused` for all else, which is the EHR's or the app's set-up,
 * `authorization_response_invalid` when there is neither an error nor a code
 * @see [RFC 6749 §4.1.2.1](https://www.rfc-editor.org/rfc/rfc6749.html#section-4.1.2.1)
 */
export function checkAuthorizationError(
  parameters: URLSearchParams,
  { launchId, connection }: TakenLaunch,
): void {
  const error = parameters.get('error')
  if (error !== null) {
    throw new BrokerError(codeOf(error), {
      detail: { launchId, connection, oauthError: loggableOAuthError(error) },
    })
  }
  if (!parameters.get('code')) {
    throw new BrokerError('authorization_response_invalid', {
      detail: { launchId, connection, parameter: 'code', reason: 'missing' },
    })
  }
}

function codeOf(error: string): ErrorCode {
  if (DENIED.includes(error)) return 'authorization_denied'
  if (TRANSIENT.includes(error)) return 'authorization_server_unavailable'
  return 'authorization_client_refused'
}
