import type { Egress } from '#core/egress.ts'
import type { EventLog } from '#core/event-log.ts'
import type { BrokerEvents } from '#core/events/broker-events.ts'
import { fhirReader } from '#core/identity/read-fhir.ts'
import { readIdentity, whoLaunched } from '#core/identity/read-identity.ts'
import { type HandOverTicket, type IssueTicketDeps, issueTicket } from '#core/sso/issue-ticket.ts'
import { checkContext } from './check-context.ts'
import { checkPatientUser } from './check-patient-user.ts'
import { type CreateSessionDeps, createSession } from './create-session.ts'
import { checkSameSignOn, joinSignOn } from './join-sign-on.ts'
import type { LaunchParties } from './launch-parties.ts'
import type { RedeemedLaunch } from './redeem-launch.ts'
import type { TakenLaunch } from './take-launch.ts'

export interface OpenSessionDeps extends CreateSessionDeps, IssueTicketDeps {
  readonly egress: Egress
  readonly events: BrokerEvents
  readonly log: EventLog
}

/**
 * The session of a launch at an EHR, and the ticket by which its app is told.
 *
 * @throws BrokerError as each step says
 */
export async function openSession(
  { grant, idToken, userClaims, egress }: RedeemedLaunch,
  launch: TakenLaunch,
  { connection, registration, app }: LaunchParties,
  deps: OpenSessionDeps,
): Promise<HandOverTicket> {
  const { launchId } = launch
  const read = fhirReader(connection, grant, { ...deps, egress, launchId })
  const who = await whoLaunched(connection, grant, idToken, userClaims, read)
  checkContext(grant, who.patient, connection, launch)
  checkPatientUser(who, connection, launch)
  checkSameSignOn(who, launch)

  const [identity, created] = await Promise.all([
    readIdentity(connection, grant, who, read, `launch:${launchId}`).then((found) =>
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
      launchId,
      ...identity,
      context: grant.context,
      ...(Object.keys(grant.extras).length > 0 && { extras: grant.extras }),
      scopes: grant.scopes,
    },
    launch.browser,
    deps,
  )
  if (created) {
    await deps.events.emit({
      type: 'session.created',
      app: app.id,
      connection: connection.id,
      session: created.session.id,
    })
  }
  const { frameAncestors } = connection
  return { ticket, appName: app.name, ...(frameAncestors && { frameAncestors }) }
}
