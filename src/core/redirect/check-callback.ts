import { BrokerError } from '#core/errors.ts'
import type { TakenLaunch } from './take-launch.ts'

/**
 * Refuses an answer that came in at another redirect URI than the launch's own: a hostile server of
 * one app's registration may have sent the browser on to a server of another's. The launch is spent.
 *
 * @param redirectUri where the answer came in
 * @throws BrokerError `authorization_response_invalid`
 * @see [OAuth security topics update §2.2](https://datatracker.ietf.org/doc/draft-ietf-oauth-security-topics-update/)
 */
export function checkCallback(
  redirectUri: string,
  launch: Pick<TakenLaunch, 'redirectUri' | 'launchId' | 'connection'>,
): void {
  if (redirectUri !== launch.redirectUri) {
    throw new BrokerError('authorization_response_invalid', {
      detail: {
        launchId: launch.launchId,
        connection: launch.connection,
        parameter: 'redirect_uri',
        reason: 'redirect_uri_mismatch',
      },
    })
  }
}
