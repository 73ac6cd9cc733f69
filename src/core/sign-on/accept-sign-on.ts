import { BrokerError } from '#core/errors.ts'
import type { EventLog } from '#core/event-log.ts'
import type { BrowserBinding } from '#core/launch/one-time-store.ts'
import type { Metrics } from '#core/metrics.ts'
import type { Registry, SignOnConnection } from '#core/registry/registry.ts'
import { type HandOverTicket, type IssueTicketDeps, issueTicket } from '#core/sso/issue-ticket.ts'
import type { AssertedFacts } from './asserted-facts.ts'

/** A sign-on that brought no tokens: a SAML assertion's or a signed link's, checked by its scheme. */
export interface AssertedSignOn {
  readonly connection: SignOnConnection
  /** As the log names the sign-on. */
  readonly launchId: string
  /** The cookie of the browser that signed on: it has it, or gets it with the answer. */
  readonly browser: BrowserBinding
  readonly facts: AssertedFacts
}

export interface AcceptSignOnDeps extends IssueTicketDeps {
  readonly registry: Registry
  readonly metrics: Metrics
  readonly log: EventLog
}

/**
 * Goes on with a sign-on that its scheme has checked: by a ticket for this browser, which `sso` takes
 * and tells the app of. Without access to FHIR there is no session.
 *
 * @throws BrokerError `launch_key_unknown` where the app is gone
 */
export async function acceptSignOn(
  { connection, launchId, browser, facts }: AssertedSignOn,
  deps: AcceptSignOnDeps,
): Promise<HandOverTicket> {
  const app = await deps.registry.findApp(connection.app)
  if (!app) throw new BrokerError('launch_key_unknown', { detail: { reason: 'registry_changed' } })

  const { patientId, ...passedOn } = facts
  const { ticket } = await issueTicket(
    { connection: connection.id, app: app.id, launchId, ...passedOn, context: {}, scopes: [] },
    browser,
    deps,
  )
  deps.log.info('launch_completed', { launchId, connection: connection.id, app: app.id })
  deps.metrics.add({ name: 'Launches', connection: connection.id, outcome: 'completed' })
  const { frameAncestors } = connection
  return { ticket, appName: app.name, ...(frameAncestors && { frameAncestors }) }
}
