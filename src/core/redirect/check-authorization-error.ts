import { BrokerError } from '#core/errors.ts'
import { loggableOAuthError } from '#core/oauth/loggable-oauth-error.ts'
import type { TakenLaunch } from './take-launch.ts'

/** What a person, or the EHR on their behalf, refuses; all else is the EHR's or the app's set-up. */
const DENIED = ['access_denied', 'login_required', 'interaction_required', 'consent_required']

/**
 * Ends a launch that the authorization server refused. Its `error_description` is the server's text
 * and is neither shown nor logged.
 *
 * @throws BrokerError `authorization_denied`, `authorization_client_refused`,
 * `authorization_response_invalid` when there is neither an error nor a code
 * @see [RFC 6749 §4.1.2.1](https://www.rfc-editor.org/rfc/rfc6749.html#section-4.1.2.1)
 */
export function checkAuthorizationError(
  parameters: URLSearchParams,
  { launchId, connection }: TakenLaunch,
): void {
  const error = parameters.get('error')
  if (error !== null) {
    throw new BrokerError(
      DENIED.includes(error) ? 'authorization_denied' : 'authorization_client_refused',
      { detail: { launchId, connection, oauthError: loggableOAuthError(error) } },
    )
  }
  if (!parameters.get('code')) {
    throw new BrokerError('authorization_response_invalid', {
      detail: { launchId, connection, parameter: 'code', reason: 'missing' },
    })
  }
}
