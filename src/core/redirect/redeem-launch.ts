import type { IDToken } from 'oauth4webapi'
import type { Egress } from '#core/egress.ts'
import type { EventLog } from '#core/event-log.ts'
import { readUserClaims, type UserClaims } from '#core/identity/read-user-claims.ts'
import { resourceEgress } from '#core/oauth/dpop-egress.ts'
import { dpopProofs } from '#core/oauth/dpop-proofs.ts'
import type { TokenGrant } from '#core/oauth/token-grant.ts'
import { Secret } from '#core/secret.ts'
import { type CheckIdTokenDeps, checkIdToken } from './check-id-token.ts'
import { checkTokenAnswer } from './check-token-answer.ts'
import type { LaunchParties } from './launch-parties.ts'
import { type RedeemCodeDeps, redeemCode } from './redeem-code.ts'
import type { TakenLaunch } from './take-launch.ts'

export interface RedeemLaunchDeps extends RedeemCodeDeps, CheckIdTokenDeps {
  readonly log: EventLog
}

/** What a code was redeemed for, checked: the tokens, and who they are of. */
export interface RedeemedLaunch {
  readonly grant: TokenGrant
  readonly idToken: IDToken | undefined
  readonly userClaims: UserClaims
  /** Proves the tokens where they are bound to a key. */
  readonly egress: Egress
}

/**
 * Redeems a launch's code and checks what it brought: the tokens, the ID token, and who they are of.
 *
 * @throws BrokerError as each step says
 */
export async function redeemLaunch(
  parameters: URLSearchParams,
  launch: TakenLaunch,
  { connection, registration }: LaunchParties,
  deps: RedeemLaunchDeps,
): Promise<RedeemedLaunch> {
  const client = { registration, connection }
  const { launchId } = launch
  const proofs = dpopProofs(deps.now)
  const dpopKey = launch.dpopKey === undefined ? undefined : new Secret(launch.dpopKey)
  const answer = await redeemCode(parameters, launch, client, { dpopKey, proofs }, deps)
  const grant = checkTokenAnswer(answer, launch, connection, { receivedAt: deps.now(), dpopKey })
  const egress = resourceEgress(deps.egress, grant.accessToken, proofs)
  if (grant.warnings.length > 0) {
    const fields = { launchId, connection: connection.id, parameters: grant.warnings }
    deps.log.info('token_response_unusual', fields)
  }
  const idToken = await checkIdToken(grant, launch, client, deps)
  const userClaims = await readUserClaims(connection, grant, {
    subject: idToken?.sub,
    userinfoEndpoint: launch.userinfoEndpoint,
    egress,
    launchId,
  })
  return { grant, idToken, userClaims, egress }
}
