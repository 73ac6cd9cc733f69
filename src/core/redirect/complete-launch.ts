import { BrokerError } from '#core/errors.ts'
import type { OneTimeStore } from '#core/launch/one-time-store.ts'
import type { LaunchClear } from '#core/launch/pending-launch.ts'
import {
  type AcceptedSignOn,
  type AcceptSignOnDeps,
  acceptSignOn,
} from '#core/sign-on/accept-sign-on.ts'
import { authorizationResponse } from './authorization-response.ts'
import { checkAuthorizationError } from './check-authorization-error.ts'
import { checkCallback } from './check-callback.ts'
import { checkResponseIssuer } from './check-response-issuer.ts'
import { launchParties } from './launch-parties.ts'
import { oidcSignOn } from './oidc-sign-on.ts'
import { type OpenSessionDeps, openSession } from './open-session.ts'
import { type RedeemLaunchDeps, redeemLaunch } from './redeem-launch.ts'
import { type TakenLaunch, takeLaunch } from './take-launch.ts'

export interface CompleteLaunchDeps
  extends RedeemLaunchDeps,
    OpenSessionDeps,
    Omit<AcceptSignOnDeps, 'createSession'> {
  readonly launches: OneTimeStore<LaunchClear>
}

/** What a request to a redirect URI brought. */
export interface RedirectRequest {
  /** The redirect URI that it came in at. */
  readonly redirectUri: string
  /** The authorization response. */
  readonly parameters: URLSearchParams
  /** Hashes of the launch cookies that this browser presents. */
  readonly cookieHashes: readonly string[]
}

/**
 * Completes a launch: the checks in the order of the specifications, then the session; or,
 * of a launch at an OpenID provider, whatever its connection goes on with.
 *
 * @throws BrokerError as each step says
 * @see [SMART App Launch 2.2](https://hl7.org/fhir/smart-app-launch/app-launch.html)
 */
export async function completeLaunch(
  { redirectUri, parameters, cookieHashes }: RedirectRequest,
  deps: CompleteLaunchDeps,
): Promise<AcceptedSignOn> {
  const startedAt = performance.now()
  const { state } = authorizationResponse(parameters)
  const launch = await takeLaunch(state, cookieHashes, deps.launches)
  const { launchId, connection, app } = launch
  const count = (outcome: 'completed' | 'refused' | 'failed') =>
    deps.metrics.add({ name: 'Launches', connection, outcome })
  try {
    const goesOn = await complete({ redirectUri, parameters }, launch, deps)
    // Whoever signed on at a provider is logged and counted with their sign-on.
    if (launch.signsOn) return goesOn
    deps.log.info('launch_completed', {
      launchId,
      connection,
      app,
      durationMs: Math.round(performance.now() - startedAt),
    })
    count('completed')
    return goesOn
  } catch (thrown) {
    const error = BrokerError.from(thrown).about({ launchId, connection, app })
    count(error.status < 500 ? 'refused' : 'failed')
    throw error
  }
}

/** The rest, for the launch that was taken. */
async function complete(
  { redirectUri, parameters }: Pick<RedirectRequest, 'redirectUri' | 'parameters'>,
  launch: TakenLaunch,
  deps: CompleteLaunchDeps,
): Promise<AcceptedSignOn> {
  checkCallback(redirectUri, launch)
  checkResponseIssuer(parameters, launch)
  checkAuthorizationError(parameters, launch)

  const parties = await launchParties(launch, deps.registry)
  const redeemed = await redeemLaunch(parameters, launch, parties, deps)
  const spent = spend(launch, deps)
  try {
    if (!parties.signsOnFor) {
      return { handOver: await openSession(redeemed, launch, parties, deps) }
    }
    return await acceptSignOn(oidcSignOn(redeemed, launch, parties, parties.signsOnFor), {
      ...deps,
      createSession: deps.sessions.create,
    })
  } finally {
    // A function freezes when it has answered: nothing may be left under way.
    await spent
  }
}

/** The tombstone is enough to refuse a second use, so a failure here loses nothing. */
async function spend(
  { keyHash, launchId }: TakenLaunch,
  { launches, log }: CompleteLaunchDeps,
): Promise<void> {
  await launches.spend(keyHash).catch(() => log.warn('launch_spend_failed', { launchId }))
}
