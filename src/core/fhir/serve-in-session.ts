import type { StreamingEgress } from '#core/egress.ts'
import { BrokerError } from '#core/errors.ts'
import type { EventLog } from '#core/event-log.ts'
import type { DpopProofs } from '#core/oauth/dpop-proofs.ts'
import type { Connection, Registry } from '#core/registry/registry.ts'
import type { Secret } from '#core/secret.ts'
import { findSession, whenOver } from '#core/session/find-session.ts'
import type { NamedSession } from '#core/session/named-session.ts'
import type { Session, SessionStore } from '#core/session/session-store.ts'
import type { Clock } from '#core/time.ts'
import type { AccessTokens } from '#core/tokens/access-tokens.ts'
import { fhirStreamingEgress } from '#core/vendors/fhir-egress.ts'
import { profileOf } from '#core/vendors/profile-of.ts'
import { answerOf } from './answer.ts'
import { isChange } from './ask.ts'
import type { AuditNotes } from './audit/audited.ts'
import { splitUrl } from './batch/entry-url.ts'
import { checkScope } from './check-scope.ts'
import { addressMap, pageUrl, publicFhirBase } from './ehr-addresses.ts'
import { type FhirPath, parseSegments } from './fhir-path.ts'
import type { FhirRequest, FhirResponse } from './fhir-request.ts'
import { checkGrant } from './guards/check-grant.ts'
import { checkPolicy } from './guards/check-policy.ts'
import { checkExpectedPatient } from './guards/expected-patient.ts'
import { checkAnsweredPatient, checkAskedPatient } from './guards/patient-guard.ts'
import { type PageLinks, pageLinks, type Searched, searchedPath } from './page-links.ts'
import { type Asked, readAsks } from './read-asks.ts'
import { sendUpstream } from './send-upstream.ts'
import { upstreamBody } from './upstream-body.ts'
import type { UpstreamPauses } from './upstream-pauses.ts'
import { upstreamInit, upstreamUrl } from './upstream-request.ts'

export interface ServeInSessionDeps {
  readonly sessions: SessionStore
  readonly registry: Registry
  readonly tokens: AccessTokens
  /** The key of a live session's paging links. */
  readonly pagingKey: (session: Session) => Promise<Secret>
  readonly egress: StreamingEgress
  /** One an instance, which remembers what EHRs want in proofs. */
  readonly proofs: DpopProofs
  readonly pauseUpstream: UpstreamPauses
  readonly publicBaseUrl: string
  /** What this deployment calls itself toward EHRs. */
  readonly via: string
  readonly log: EventLog
  readonly now: Clock
  /** Milliseconds from any start, for durations. */
  readonly elapsedMs: () => number
}

/** A request, and what its credentials say. */
export interface Admitted {
  readonly request: FhirRequest
  readonly path: FhirPath
  readonly app: string
  readonly scope: string
  readonly named: NamedSession
  /** Is told what becomes known of the request, for its record. */
  readonly notes: AuditNotes
}

/**
 * Serves a request within the session that it names.
 *
 * @throws BrokerError with the code of the first check that fails, in the order they stand in
 */
export async function serveInSession(
  admitted: Admitted,
  deps: ServeInSessionDeps,
): Promise<FhirResponse> {
  const { request, app, named, notes } = admitted
  const startedMs = deps.elapsedMs()
  const session = await findSession(named, app, deps)
  const { launchId, connection } = session
  notes.session = session.id
  notes.connection = connection
  if (session.patient !== undefined) notes.patient = session.patient
  try {
    const answer = await serveWithin(session, admitted, deps)
    deps.log.info('fhir_request_served', {
      referenceId: request.referenceId,
      launchId,
      connection,
      method: request.method,
      status: answer.status,
      durationMs: Math.round(deps.elapsedMs() - startedMs),
    })
    return answer
  } catch (thrown) {
    throw BrokerError.from(thrown).about({ launchId, connection, app })
  }
}

async function serveWithin(
  session: Session,
  { request, path, app, scope, named, notes }: Admitted,
  deps: ServeInSessionDeps,
): Promise<FhirResponse> {
  const connection = await deps.registry.findConnection(session.connection)
  if (!connection || connection.app !== app || !isOf(connection, path)) {
    throw new BrokerError('fhir_path_unknown')
  }
  const { pagingHosts } = profileOf(connection)
  checkExpectedPatient(request, session.patient)
  const ourBase = publicFhirBase(deps.publicBaseUrl, path)
  const links = pageLinks({
    pagingKey: await deps.pagingKey(session),
    session,
    connection,
    pagingHosts,
    now: deps.now,
  })
  const asked = await readAsks(request, { segments: path.segments, ourBase, findPage: links.find })
  notes.asks = asked.asks
  for (const need of asked.needs) checkScope(need, scope)
  const { fhirPolicy = {} } = connection
  const guarded = fhirPolicy.patientGuard ? session.patient : undefined
  checkPolicy(asked.asks, fhirPolicy)
  if (fhirPolicy.enforceScopes) checkGrant(asked.asks, asked.needs, session.scopes)
  if (guarded !== undefined) checkAskedPatient(asked.asks, guarded)

  const { interaction, content, page } = asked
  const isOpaque = content === 'opaque'
  const url = page?.url ?? upstreamUrl(connection.fhirBaseUrl, path.segments, request.query)
  const isChanging = asked.asks.some(isChange)
  const isSearch = interaction.code === 'search'
  const body = upstreamBody(request.body, {
    contentType: request.header('content-type')[0],
    ourBase,
    ehrBase: connection.fhirBaseUrl.replace(/\/+$/, ''),
    isBatch: interaction.code === 'batch',
    pageTarget: (entry) => entryPage(entry, links),
  })
  const upstream = await deps
    .pauseUpstream(connection.id, () =>
      sendUpstream(
        url,
        (accessToken) => upstreamInit(request, { accessToken, isOpaque, body, via: deps.via }),
        {
          tokens: deps.tokens,
          proofs: deps.proofs,
          egress: fhirStreamingEgress(deps.egress, connection, session.members),
          session,
          mayRepeat: !isChanging && (isSearch || ['GET', 'HEAD'].includes(request.method)),
          isOpaque,
          redirectTarget: (location) => redirectTarget(location, url, connection),
          renewedTokenRefused: async ({ id, tokenVersion }) => {
            await deps.sessions.demandReauthorization(id, tokenVersion)
            deps.log.warn('session_reauthorization_required', {
              referenceId: request.referenceId,
              launchId: session.launchId,
              app,
              connection: connection.id,
            })
          },
          remainingMs: request.remainingMs,
        },
      ),
    )
    .catch(whenOver(named))
  const answered = await answerOf(upstream, {
    map: addressMap({
      ehrBase: connection.fhirBaseUrl,
      ourBase,
      pagingHosts,
      requestUrl: url,
      path: searchedPath(path.segments),
      isPage: page !== undefined,
      seal: links.sealer(path.segments, searchedBy(asked)),
      ...(named.inQuery && { sessionInQuery: named.inQuery.reveal() }),
    }),
    ourBase,
    publicBaseUrl: deps.publicBaseUrl,
    method: request.method,
    content,
    isWrite: isChanging && interaction.code !== 'batch' && interaction.code !== 'operation',
    referenceId: request.referenceId,
  })

  const isGuarded = guarded !== undefined && answered.status < 400
  return isGuarded ? await checkAnsweredPatient(answered, guarded) : answered
}

function isOf(connection: Connection, path: FhirPath): boolean {
  return (
    connection.fhirVersion === path.version &&
    connection.organization === path.organization &&
    connection.environment === path.environment
  )
}

/** A redirect may lead within the FHIR base, and nowhere else (FD-36). */
function redirectTarget(location: string, from: URL, connection: Connection): URL | undefined {
  if (!URL.canParse(location, from.href)) return undefined
  const base = new URL(connection.fhirBaseUrl)
  const { origin, href } = new URL(location, from)
  const target = origin === base.origin ? href.slice(base.href.replace(/\/+$/, '').length) : 'none'
  return pageUrl(target, connection.fhirBaseUrl)?.href === href ? new URL(href) : undefined
}

/** What was searched: in a batch, by its entries, whose answers are Bundles within one. */
function searchedBy({ interaction, asks, needs }: Asked): Searched {
  const [type = '*', ...others] = new Set(needs.map((need) => need.type))
  const isSearch = asks.every((ask) => ['search', 'history'].includes(ask.interaction.code))
  const depth = interaction.code === 'batch' ? 1 : 0
  return { type: others.length > 0 ? '*' : type, depth: isSearch ? depth : -1 }
}

/** The page that an entry of a batch asks for, as the EHR's own address below its base. */
function entryPage(entry: string, links: PageLinks): string {
  const { path, query } = splitUrl(entry)
  const segments = parseSegments(path)
  const page = links.find({ method: 'GET', query: new URLSearchParams(query) }, segments)
  if (!page || /^[a-z]/.test(page.target)) throw new BrokerError('fhir_page_invalid')
  return page.target.replace(/^\//, '')
}
