import { BrokerError } from '#core/errors.ts'
import type { TakenLaunch } from './take-launch.ts'

/**
 * Refuses an answer of another authorization server than the launch went to, errors included.
 *
 * @throws BrokerError `authorization_response_invalid` when `iss` differs, or lacks though promised
 * @see [RFC 9207 §2.4](https://www.rfc-editor.org/rfc/rfc9207.html#section-2.4)
 */
export function checkResponseIssuer(
  parameters: URLSearchParams,
  { issuer, issPromised, launchId, connection }: TakenLaunch,
): void {
  const iss = parameters.get('iss')
  if (iss === null ? issPromised : iss !== issuer) {
    throw new BrokerError('authorization_response_invalid', {
      detail: { launchId, connection, parameter: 'iss', reason: 'issuer_mismatch' },
    })
  }
}
