import { BrokerError } from '#core/errors.ts'
import {
  type AuthorizationRedirect,
  type BeginLaunchDeps,
  startLaunch,
} from '#core/launch/begin-launch.ts'
import { type OidcConnection, providerConnection } from '#core/registry/provider-connection.ts'

/**
 * Sends a browser to the OpenID provider of its connection. A provider or portal that begins the
 * sign-on itself may say who it is by `iss`; an EHR's launch is nothing that a provider could end.
 *
 * @throws BrokerError `launch_issuer_unknown`, `launch_parameter_invalid`, and as `startLaunch` says
 * @see [OpenID Connect Core §4](https://openid.net/specs/openid-connect-core-1_0.html#ThirdPartyInitiatedLogin)
 */
export async function beginOidcSignOn(
  connection: OidcConnection,
  { iss, launch }: { readonly iss?: string; readonly launch?: string },
  deps: BeginLaunchDeps,
): Promise<AuthorizationRedirect> {
  const detail = { connection: connection.id, app: connection.app }
  if (launch !== undefined) {
    throw new BrokerError('launch_parameter_invalid', {
      hint: 'The parameter at fault is launch.',
      detail: { ...detail, parameter: 'launch', reason: 'not_an_ehr_launch' },
    })
  }
  if (iss !== undefined && iss !== connection.signOn.idp.issuer) {
    throw new BrokerError('launch_issuer_unknown', { detail: { ...detail, reason: 'iss_unknown' } })
  }
  return startLaunch(providerConnection(connection), { signsOn: true }, deps)
}
