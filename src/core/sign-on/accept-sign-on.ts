import { BrokerError } from '#core/errors.ts'
import type { EventLog } from '#core/event-log.ts'
import type { BrokerEvents } from '#core/events/broker-events.ts'
import {
  type AuthorizationRedirect,
  type BeginLaunchDeps,
  startLaunch,
} from '#core/launch/begin-launch.ts'
import type { BrowserBinding } from '#core/launch/one-time-store.ts'
import type { SignOnKeys } from '#core/logout/sign-on-key.ts'
import type { Metrics } from '#core/metrics.ts'
import { systemScopes } from '#core/oauth/authority-scopes.ts'
import { type App, isEhrConnection, type SignOnConnection } from '#core/registry/registry.ts'
import type { SessionStore } from '#core/session/session-store.ts'
import { tokenlessSession } from '#core/session/tokenless-session.ts'
import type { HandOver } from '#core/sso/hand-over.ts'
import { type HandOverTicket, type IssueTicketDeps, issueTicket } from '#core/sso/issue-ticket.ts'
import type { EpochSeconds } from '#core/time.ts'
import type { AssertedFacts } from './asserted-facts.ts'

/** A sign-on that brought no tokens: a SAML assertion's or a signed link's, checked by its scheme. */
export interface AssertedSignOn {
  readonly connection: SignOnConnection
  /** As the log names the sign-on. */
  readonly launchId: string
  /** The cookie of the browser that signed on: it has it, or gets it with the answer. */
  readonly browser: BrowserBinding
  readonly facts: AssertedFacts
  /** By which a logout at the provider finds the session. */
  readonly signOnKeys?: SignOnKeys
  /** The end of the person's session at the provider. */
  readonly endsAt?: EpochSeconds
}

/** How the browser goes on: to the app, or first to the EHR, for access to FHIR. */
export type AcceptedSignOn =
  | { readonly handOver: HandOverTicket }
  | { readonly authorization: AuthorizationRedirect }

export interface AcceptSignOnDeps extends IssueTicketDeps, BeginLaunchDeps {
  /** Keeps a new session. */
  readonly createSession: SessionStore['create']
  readonly events: BrokerEvents
  readonly metrics: Metrics
  readonly log: EventLog
}

/**
 * Goes on with a sign-on that its scheme has checked, as the connection's FHIR authority demands:
 *
 * - `none`: by a ticket for this browser, which `sso` takes and tells the app of. There is no session.
 * - `system`: the same, with a session that uses the connection's own tokens.
 * - `user`: by a standalone launch at the EHR, which remembers who signed on.
 *
 * @throws BrokerError `launch_key_unknown` where the app is gone, `discovery_failed`
 */
export async function acceptSignOn(
  signOn: AssertedSignOn,
  deps: AcceptSignOnDeps,
): Promise<AcceptedSignOn> {
  const { connection, launchId, browser, facts } = signOn
  const app = await deps.registry.findApp(connection.app)
  if (!app) throw new BrokerError('launch_key_unknown', { detail: { reason: 'registry_changed' } })
  const about = { launchId, connection: connection.id, app: app.id }

  if (isEhrConnection(connection) && (connection.fhirAuthority ?? 'user') === 'user') {
    const authorization = await startLaunch(
      connection,
      {
        signedOn: facts,
        ...(signOn.signOnKeys && { signOnKeys: signOn.signOnKeys }),
        ...(signOn.endsAt !== undefined && { signOnEndsAt: signOn.endsAt }),
      },
      deps,
    )
    deps.log.info('sign_on_accepted', about)
    return { authorization }
  }

  const { patientId, ...passedOn } = facts
  const session = await sessionOf(signOn, app, deps)
  const { ticket } = await issueTicket(
    {
      connection: connection.id,
      app: app.id,
      launchId,
      ...passedOn,
      ...(session && { session }),
      context: {},
      scopes: isEhrConnection(connection) && session ? systemScopes(connection.scopes) : [],
    },
    browser,
    deps,
  )
  deps.log.info('launch_completed', about)
  deps.metrics.add({ name: 'Launches', connection: connection.id, outcome: 'completed' })
  const { frameAncestors } = connection
  return { handOver: { ticket, appName: app.name, ...(frameAncestors && { frameAncestors }) } }
}

/** A session of the connection's own access, where it has that. */
async function sessionOf(
  { connection, launchId, facts, signOnKeys, endsAt }: AssertedSignOn,
  app: App,
  { createSession, events, now }: AcceptSignOnDeps,
): Promise<HandOver['session']> {
  if (!isEhrConnection(connection) || connection.fhirAuthority !== 'system') return undefined
  const { patientId, encounter } = facts
  const { sessionId, session } = tokenlessSession(
    connection,
    {
      launchId,
      ...(patientId !== undefined && { patient: patientId }),
      ...(encounter !== undefined && { encounter }),
      ...(signOnKeys && { signOnKeys }),
      ...(endsAt !== undefined && { endsAt }),
    },
    now(),
  )
  await createSession(session)
  await events.emit({
    type: 'session.created',
    app: app.id,
    connection: connection.id,
    session: session.id,
  })
  return { id: sessionId.reveal(), endsAt: session.expiresAt }
}
