import { BrokerError } from '#core/errors.ts'
import type { EventLog } from '#core/event-log.ts'
import type { BrokerEvents } from '#core/events/broker-events.ts'
import type { OneTimeStore } from '#core/launch/one-time-store.ts'
import type { Measure, Metrics } from '#core/metrics.ts'
import type { App, Registry, SignOnConnection, SsoDestination } from '#core/registry/registry.ts'
import { Secret } from '#core/secret.ts'
import { sessionKey } from '#core/session/session-id.ts'
import { type DispatchSsoDeps, dispatchSso } from './dispatch-sso.ts'
import type { HandOver } from './hand-over.ts'
import type { TicketClear } from './issue-ticket.ts'
import { type OpenedTicket, openTicket } from './open-ticket.ts'

export interface CompleteSignOnDeps extends DispatchSsoDeps {
  readonly registry: Registry
  readonly tickets: OneTimeStore<TicketClear>
  /** Ends a session for every reader, and makes it due; does nothing to one that is gone. */
  readonly endSession: (id: string) => Promise<void>
  readonly events: BrokerEvents
  readonly metrics: Metrics
  readonly log: EventLog
}

export interface SignOnRequest {
  readonly ticket: string
  /** Hashes of the launch cookies that this browser presents. */
  readonly cookieHashes: readonly string[]
  /** Names this request to the app's error page. */
  readonly referenceId: string
}

/** Where the browser goes from here. */
export interface SignOn {
  readonly appName: string
  /** The launch's cookie, which has served. */
  readonly cookieName: string
  /** Origins that may frame the page; any, when absent. */
  readonly frameAncestors?: readonly string[]
  /** Absent when the app has no page to show. */
  readonly location?: URL
  /** The page that the app sent, and the origins that it may load from. */
  readonly page?: { readonly html: string; readonly origins: readonly string[] }
  /** Why the app was not told, or did not accept; `location` is then its error page. */
  readonly failure?: BrokerError
}

/**
 * Ends a launch in the browser that began it: takes the ticket, tells the app who signed on, and
 * says where the browser goes. After a failure the session that was made for it ends, and the browser
 * goes to the app's own error page, if it has one.
 *
 * @throws BrokerError as {@link openTicket} says; for an app without an error page also
 * `sso_destination_unavailable`, `sso_destination_refused`, `sso_redirect_refused`
 */
export async function completeSignOn(
  { ticket, cookieHashes, referenceId }: SignOnRequest,
  deps: CompleteSignOnDeps,
): Promise<SignOn> {
  const startedAt = performance.now()
  const opened = await openTicket(ticket, cookieHashes, deps.tickets)
  const { launchId, connection, app } = opened.handOver
  const spent = spend(opened, deps)
  try {
    const parties = await readRegistry(opened.handOver, deps.registry)
    const { frameAncestors } = parties.connection
    const signOn = {
      appName: parties.app.name,
      cookieName: opened.browser.cookieName,
      ...(frameAncestors && { frameAncestors }),
    }
    const outcome = await tellApp(opened.handOver, parties, referenceId, deps)
    if (!outcome.failure) {
      deps.log.info('sso_dispatched', {
        launchId,
        connection,
        app,
        durationMs: Math.round(performance.now() - startedAt),
      })
    }
    return { ...signOn, ...outcome }
  } catch (thrown) {
    throw BrokerError.from(thrown).about({ launchId, connection, app })
  } finally {
    // A function freezes when it has answered: nothing may be left under way.
    await spent
  }
}

/** The tombstone is enough to refuse a second use, so a failure here loses nothing. */
async function spend(
  { keyHash, handOver: { launchId } }: OpenedTicket,
  { tickets, log }: CompleteSignOnDeps,
): Promise<void> {
  await tickets.spend(keyHash).catch(() => log.warn('ticket_spend_failed', { launchId }))
}

interface Parties {
  readonly app: App
  readonly connection: SignOnConnection
  readonly destination: SsoDestination
}

/** App and connection as they are now; the registry may have changed under the launch. */
async function readRegistry(handOver: HandOver, registry: Registry): Promise<Parties> {
  const [app, connection] = await Promise.all([
    registry.findApp(handOver.app),
    registry.findSignOnConnection(handOver.connection),
  ])
  if (!app?.ssoDestination || connection?.app !== app.id) {
    throw new BrokerError('ticket_unknown', { detail: { reason: 'registry_changed' } })
  }
  return { app, connection, destination: app.ssoDestination }
}

async function tellApp(
  handOver: HandOver,
  parties: Parties,
  referenceId: string,
  deps: CompleteSignOnDeps,
): Promise<Pick<SignOn, 'location' | 'page' | 'failure'>> {
  const { destination, app } = parties
  const count = (outcome: Extract<Measure, { name: 'Dispatches' }>['outcome']) =>
    deps.metrics.add({ name: 'Dispatches', app: app.id, outcome })
  try {
    const { location, html } = await dispatchSso(handOver, parties.connection, destination, deps)
    count('delivered')
    if (html !== undefined) return { page: { html, origins: destination.redirectOrigins } }
    if (location) return { location }
    const { landingUrl } = parties.connection
    return landingUrl ? { location: new URL(landingUrl) } : {}
  } catch (thrown) {
    const { launchId, connection } = handOver
    const failure = BrokerError.from(thrown).about({ launchId, connection, app: app.id })
    count(failure.code === 'sso_destination_unavailable' ? 'failed' : 'refused')
    await endUntold(handOver, deps)
    if (!destination.errorUrl) throw failure
    return { failure, location: errorLocation(destination.errorUrl, failure, referenceId) }
  }
}

/**
 * Ends the session that the app was not told of, or did not want: nobody is to use it, and its tokens
 * are to be revoked. How that goes changes nothing about why the sign-on failed.
 */
async function endUntold(
  { session, launchId, connection, app }: HandOver,
  { endSession, events, log }: CompleteSignOnDeps,
): Promise<void> {
  if (!session) return
  const id = sessionKey(new Secret(session.id))
  const about = { launchId, connection, app }
  try {
    await endSession(id)
    log.info('session_ended', { ...about, reason: 'sign-on-failed' })
  } catch {
    log.warn('session_end_failed', about)
    return
  }
  const ended = { type: 'session.ended', reason: 'sign-on-failed' } as const
  await events.emit({ ...ended, app, connection, session: id })
}

/** The app's registered page, with a code and a reference, and nothing of the person. */
function errorLocation(errorUrl: string, { code }: BrokerError, referenceId: string): URL {
  const url = new URL(errorUrl)
  url.searchParams.set('error', code)
  url.searchParams.set('reference', referenceId)
  return url
}
