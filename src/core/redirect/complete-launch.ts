import { BrokerError } from '#core/errors.ts'
import type { EventLog } from '#core/event-log.ts'
import type { BrokerEvents } from '#core/events/broker-events.ts'
import { readIdentity } from '#core/identity/read-identity.ts'
import type { OneTimeStore } from '#core/launch/one-time-store.ts'
import type { LaunchClear } from '#core/launch/pending-launch.ts'
import { toTokenGrant } from '#core/oauth/token-grant.ts'
import type { App, Connection, Registration, Registry } from '#core/registry/registry.ts'
import type { Secret } from '#core/secret.ts'
import { type IssueTicketDeps, issueTicket } from '#core/sso/issue-ticket.ts'
import { profileOf } from '#core/vendors/profile-of.ts'
import { authorizationResponse } from './authorization-response.ts'
import { checkAuthorizationError } from './check-authorization-error.ts'
import { checkCallback } from './check-callback.ts'
import { checkContext } from './check-context.ts'
import { type CheckIdTokenDeps, checkIdToken } from './check-id-token.ts'
import { checkResponseIssuer } from './check-response-issuer.ts'
import { checkTokenResponse } from './check-token-response.ts'
import { type CreateSessionDeps, createSession } from './create-session.ts'
import { type RedeemCodeDeps, redeemCode } from './redeem-code.ts'
import { type TakenLaunch, takeLaunch } from './take-launch.ts'

export interface CompleteLaunchDeps
  extends RedeemCodeDeps,
    CheckIdTokenDeps,
    CreateSessionDeps,
    IssueTicketDeps {
  readonly launches: OneTimeStore<LaunchClear>
  readonly registry: Registry
  readonly events: BrokerEvents
  readonly log: EventLog
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

/** What the browser takes on to `sso`. */
export interface HandOverTicket {
  readonly ticket: Secret
  readonly appName: string
  /** Origins that may frame the page; any, when absent. */
  readonly frameAncestors?: readonly string[]
}

/**
 * Completes a launch: the checks in the order of the specifications, then the session.
 *
 * @throws BrokerError as each step says
 * @see [SMART App Launch 2.2](https://hl7.org/fhir/smart-app-launch/app-launch.html)
 */
export async function completeLaunch(
  { redirectUri, parameters, cookieHashes }: RedirectRequest,
  deps: CompleteLaunchDeps,
): Promise<HandOverTicket> {
  const startedAt = performance.now()
  const { state } = authorizationResponse(parameters)
  const launch = await takeLaunch(state, cookieHashes, deps.launches)
  const { launchId, connection, app } = launch
  try {
    const handedOver = await complete({ redirectUri, parameters }, launch, deps)
    deps.log.info('launch_completed', {
      launchId,
      connection,
      app,
      durationMs: Math.round(performance.now() - startedAt),
    })
    return handedOver
  } catch (thrown) {
    throw BrokerError.from(thrown).about({ launchId, connection, app })
  }
}

/** The rest, for the launch that was taken. */
async function complete(
  { redirectUri, parameters }: Pick<RedirectRequest, 'redirectUri' | 'parameters'>,
  launch: TakenLaunch,
  deps: CompleteLaunchDeps,
): Promise<HandOverTicket> {
  checkCallback(redirectUri, launch)
  checkResponseIssuer(parameters, launch)
  checkAuthorizationError(parameters, launch)

  const { connection, registration, app } = await readRegistry(launch, deps.registry)
  const answer = await redeemCode(parameters, launch, { registration, connection }, deps)
  await checkTokenResponse(answer, launch)
  const { response, idToken } = await checkIdToken(
    answer,
    launch,
    registration,
    launch.scopes,
    deps,
  )
  const grant = toTokenGrant(response, launch.scopes, deps.now, profileOf(connection))
  checkContext(grant, launch)

  const [identity, { sessionId, session }] = await Promise.all([
    readIdentity(connection, grant, idToken, { ...deps, launchId: launch.launchId }),
    createSession(launch, connection, grant, idToken?.sub, deps),
  ])
  const { ticket } = await issueTicket(
    {
      sessionId: sessionId.reveal(),
      connection: connection.id,
      app: app.id,
      launchId: launch.launchId,
      ...identity,
      ...(grant.encounter && { encounter: grant.encounter }),
      context: grant.context,
      scopes: grant.scopes,
      sessionEndsAt: session.expiresAt,
    },
    launch.browser,
    deps,
  )

  await Promise.all([
    // The tombstone is enough to refuse a second use, so a failure here loses nothing.
    deps.launches
      .spend(launch.keyHash)
      .catch(() => deps.log.warn('launch_spend_failed', { launchId: launch.launchId })),
    deps.events.emit({
      type: 'session.created',
      app: app.id,
      connection: connection.id,
      session: session.id,
    }),
  ])
  const { frameAncestors } = connection
  return { ticket, appName: app.name, ...(frameAncestors && { frameAncestors }) }
}

/** The launch's connection, registration and app as they are now; a changed owner ends the launch. */
async function readRegistry(
  launch: TakenLaunch,
  registry: Registry,
): Promise<{
  readonly connection: Connection
  readonly registration: Registration
  readonly app: App
}> {
  const [connection, registration, app] = await Promise.all([
    registry.findConnection(launch.connection),
    registry.findRegistration(launch.registration),
    registry.findApp(launch.app),
  ])
  if (
    !connection ||
    !registration ||
    !app ||
    connection.registration !== registration.id ||
    connection.app !== app.id ||
    registration.app !== app.id
  ) {
    throw new BrokerError('state_unknown', { detail: { reason: 'registry_changed' } })
  }
  return { connection, registration, app }
}
