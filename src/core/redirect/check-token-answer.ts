import { BrokerError } from '#core/errors.ts'
import { loggableOAuthError } from '#core/oauth/loggable-oauth-error.ts'
import type { TokenAnswer } from '#core/oauth/token-answer.ts'
import { readGrant, type TokenGrant } from '#core/oauth/token-grant.ts'
import type { Connection } from '#core/registry/registry.ts'
import type { Secret } from '#core/secret.ts'
import type { EpochSeconds } from '#core/time.ts'
import { profileOf } from '#core/vendors/profile-of.ts'
import type { TakenLaunch } from './take-launch.ts'

/** Errors of RFC 6749 §5.2 that are about us as a client, and so the administrator's to mend. */
const CLIENT_ERRORS = ['invalid_client', 'unauthorized_client', 'unsupported_grant_type']

/**
 * The grant in a token endpoint's answer. An answer that is an error, or that cannot be taken for a
 * token response, is refused; its body is neither shown nor logged.
 *
 * @throws BrokerError `authorization_code_refused`, `authorization_client_refused`,
 * `authorization_server_unavailable` (5xx), `token_response_invalid`
 * @see [RFC 6749 §5](https://www.rfc-editor.org/rfc/rfc6749.html#section-5)
 */
export function checkTokenAnswer(
  answer: TokenAnswer,
  launch: TakenLaunch,
  connection: Connection,
  received: { readonly receivedAt: EpochSeconds; readonly dpopKey?: Secret | undefined },
): TokenGrant {
  const { status } = answer
  const detail = { launchId: launch.launchId, connection: launch.connection, status }

  if (answer.kind === 'error') {
    const { code } = answer.error
    throw new BrokerError(
      CLIENT_ERRORS.includes(code) || (status === 401 && code !== 'invalid_grant')
        ? 'authorization_client_refused'
        : 'authorization_code_refused',
      { detail: { ...detail, oauthError: loggableOAuthError(code) } },
    )
  }
  if (status === 401) throw new BrokerError('authorization_client_refused', { detail })
  if (status >= 500) throw new BrokerError('authorization_server_unavailable', { detail })
  if (answer.kind === 'unreadable') {
    throw new BrokerError('token_response_invalid', {
      detail: { ...detail, reason: answer.reason },
    })
  }

  const read = readGrant(answer.members, {
    profile: profileOf(connection),
    fhirBaseUrl: connection.fhirBaseUrl,
    scopes: launch.scopes,
    ...received,
  })
  if ('refused' in read) {
    throw new BrokerError('token_response_invalid', {
      detail: { ...detail, parameter: read.refused },
    })
  }
  return read.grant
}
