import { BrokerError } from '#core/errors.ts'
import type { EventLog } from '#core/event-log.ts'
import type { BrokerEvents } from '#core/events/broker-events.ts'
import { fhirReader } from '#core/identity/read-fhir.ts'
import { readIdentity, whoLaunched } from '#core/identity/read-identity.ts'
import { readUserClaims } from '#core/identity/read-user-claims.ts'
import type { OneTimeStore } from '#core/launch/one-time-store.ts'
import type { LaunchClear } from '#core/launch/pending-launch.ts'
import type { Metrics } from '#core/metrics.ts'
import { resourceEgress } from '#core/oauth/dpop-egress.ts'
import { dpopProofs, mintDpopKey } from '#core/oauth/dpop-proofs.ts'
import type { App, Connection, Registration, Registry } from '#core/registry/registry.ts'
import { type HandOverTicket, type IssueTicketDeps, issueTicket } from '#core/sso/issue-ticket.ts'
import { authorizationResponse } from './authorization-response.ts'
import { checkAuthorizationError } from './check-authorization-error.ts'
import { checkCallback } from './check-callback.ts'
import { checkContext } from './check-context.ts'
import { type CheckIdTokenDeps, checkIdToken } from './check-id-token.ts'
import { checkResponseIssuer } from './check-response-issuer.ts'
import { checkTokenAnswer } from './check-token-answer.ts'
import { type CreateSessionDeps, createSession } from './create-session.ts'
import { checkSameSignOn, joinSignOn } from './join-sign-on.ts'
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
  readonly metrics: Metrics
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
  const count = (outcome: 'completed' | 'refused' | 'failed') =>
    deps.metrics.add({ name: 'Launches', connection, outcome })
  try {
    const handedOver = await complete({ redirectUri, parameters }, launch, deps)
    deps.log.info('launch_completed', {
      launchId,
      connection,
      app,
      durationMs: Math.round(performance.now() - startedAt),
    })
    count('completed')
    return handedOver
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
): Promise<HandOverTicket> {
  checkCallback(redirectUri, launch)
  checkResponseIssuer(parameters, launch)
  checkAuthorizationError(parameters, launch)

  const { connection, registration, app } = await readRegistry(launch, deps.registry)
  const client = { registration, connection }
  const { launchId } = launch
  const proofs = dpopProofs(deps.now)
  const dpopKey = launch.bindsTokens ? mintDpopKey() : undefined
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
  const read = fhirReader(connection, grant, { ...deps, egress, launchId })
  const who = await whoLaunched(connection, grant, idToken, userClaims, read)
  checkContext(grant, who.patient, connection, launch)
  checkSameSignOn(who, launch)

  const [identity, created] = await Promise.all([
    readIdentity(connection, who, read, `launch:${launchId}`).then((found) =>
      joinSignOn(found, launch, grant.encounter),
    ),
    // For signing on alone the tokens have served: nothing keeps them.
    connection.fhirAuthority === 'none'
      ? undefined
      : createSession(
          launch,
          connection,
          { ...grant, patient: who.patient },
          { clientId: registration.clientId, idToken },
          deps,
        ),
  ])
  const { ticket } = await issueTicket(
    {
      ...(created && {
        session: { id: created.sessionId.reveal(), endsAt: created.session.expiresAt },
      }),
      connection: connection.id,
      app: app.id,
      launchId: launch.launchId,
      ...identity,
      context: grant.context,
      ...(Object.keys(grant.extras).length > 0 && { extras: grant.extras }),
      scopes: grant.scopes,
    },
    launch.browser,
    deps,
  )

  await Promise.all([
    // The tombstone is enough to refuse a second use, so a failure here loses nothing.
    deps.launches
      .spend(launch.keyHash)
      .catch(() => deps.log.warn('launch_spend_failed', { launchId: launch.launchId })),
    created &&
      deps.events.emit({
        type: 'session.created',
        app: app.id,
        connection: connection.id,
        session: created.session.id,
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
