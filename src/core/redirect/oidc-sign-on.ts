import { BrokerError } from '#core/errors.ts'
import { idTokenSignOnKeys } from '#core/logout/sign-on-key.ts'
import { oidcFacts } from '#core/oidc/asserted-facts.ts'
import type { OidcConnection } from '#core/registry/provider-connection.ts'
import type { AssertedSignOn } from '#core/sign-on/accept-sign-on.ts'
import type { LaunchParties } from './launch-parties.ts'
import type { RedeemedLaunch } from './redeem-launch.ts'
import type { TakenLaunch } from './take-launch.ts'

/**
 * A sign-on at an OpenID provider, by what its launch was redeemed for. The tokens have served when they
 * have said who it is: nothing keeps them.
 *
 * @throws BrokerError `id_token_invalid`, `identity_unknown`
 */
export function oidcSignOn(
  { idToken, userClaims }: RedeemedLaunch,
  { launchId, browser }: TakenLaunch,
  { registration }: LaunchParties,
  connection: OidcConnection,
): AssertedSignOn {
  if (!idToken) throw new BrokerError('id_token_invalid', { detail: { parameter: 'missing' } })
  return {
    connection,
    launchId,
    browser,
    facts: oidcFacts({ ...userClaims, ...idToken }, connection.signOn.mapping),
    signOnKeys: idTokenSignOnKeys(registration.clientId, idToken),
  }
}
