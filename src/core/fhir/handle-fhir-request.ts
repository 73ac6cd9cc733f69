import type { AppCaller } from '#core/app-token/verify-app-token.ts'
import type { Egress } from '#core/egress.ts'
import { BrokerError } from '#core/errors.ts'
import type { EventLog } from '#core/event-log.ts'
import type { Connection, Registry } from '#core/registry/registry.ts'
import type { Secret } from '#core/secret.ts'
import type { DeadSessionGuard } from '#core/session/dead-session-guard.ts'
import { findSession, whenOver } from '#core/session/find-session.ts'
import { type NamedSession, namedSession, SESSION_HEADER } from '#core/session/named-session.ts'
import type { Session, SessionStore } from '#core/session/session-store.ts'
import type { Clock } from '#core/time.ts'
import type { AccessTokens } from '#core/tokens/access-tokens.ts'
import { answerOf } from './answer.ts'
import { checkRepresentation } from './check-representation.ts'
import { checkScope, scopeTypeOf } from './check-scope.ts'
import { addressMap, publicFhirBase } from './ehr-addresses.ts'
import { type FhirPath, parseFhirPath } from './fhir-path.ts'
import type { FhirRequest, FhirResponse } from './fhir-request.ts'
import { findPage } from './find-page.ts'
import { interactionOf } from './interactions.ts'
import { PAGE_LIFETIME_SECONDS, type PageBinding, sealPage } from './page-link.ts'
import { sendUpstream } from './send-upstream.ts'
import { upstreamInit, upstreamUrl } from './upstream-request.ts'

export interface HandleFhirRequestDeps {
  /** Checks the value of the `Authorization` header; `token_missing` or `token_invalid`. */
  readonly verifyAppToken: (
    authorization: string | undefined,
  ) => Promise<Pick<AppCaller, 'app' | 'scope' | 'session'>>
  readonly sessions: SessionStore
  readonly guardDeadSessions: DeadSessionGuard
  readonly registry: Registry
  readonly tokens: AccessTokens
  /** The key of a live session's paging links. */
  readonly pagingKey: (session: Session) => Promise<Secret>
  readonly egress: Egress
  readonly publicBaseUrl: string
  readonly log: EventLog
  readonly now: Clock
  /** Milliseconds from any start, for durations. */
  readonly elapsedMs: () => number
}

/**
 * Serves a request at the FHIR door: for the app that proves itself, within the session it names,
 * at that session's EHR and nowhere else.
 *
 * @throws BrokerError with the code of the first check that fails, in the order they stand in
 */
export async function handleFhirRequest(
  request: FhirRequest,
  deps: HandleFhirRequestDeps,
): Promise<FhirResponse> {
  const path = parseFhirPath(request.path)
  const authorizations = request.header('authorization')
  const {
    app,
    scope,
    session: boundTo,
  } = await deps.verifyAppToken(authorizations.length === 1 ? authorizations[0] : undefined)
  const named = namedSession({
    query: request.query,
    header: request.header(SESSION_HEADER),
    boundTo,
  })
  return deps.guardDeadSessions({ app, key: named.key }, () =>
    serve({ request, path, app, scope, named }, deps),
  )
}

/** A request, and what its credentials say. */
interface Admitted {
  readonly request: FhirRequest
  readonly path: FhirPath
  readonly app: string
  readonly scope: string
  readonly named: NamedSession
}

async function serve(
  { request, path, app, scope, named }: Admitted,
  deps: HandleFhirRequestDeps,
): Promise<FhirResponse> {
  const startedMs = deps.elapsedMs()
  const session = await findSession(named, app, deps)
  const { launchId } = session
  try {
    const answer = await serveWithin(session, { request, path, app, scope, named }, deps)
    deps.log.info('fhir_request_served', {
      referenceId: request.referenceId,
      launchId,
      connection: session.connection,
      method: request.method,
      status: answer.status,
      durationMs: Math.round(deps.elapsedMs() - startedMs),
    })
    return answer
  } catch (thrown) {
    throw BrokerError.from(thrown).about({ launchId, connection: session.connection, app })
  }
}

async function serveWithin(
  session: Session,
  { request, path, app, scope, named }: Admitted,
  deps: HandleFhirRequestDeps,
): Promise<FhirResponse> {
  const connection = await deps.registry.findConnection(session.connection)
  if (!connection || connection.app !== app || !isOf(connection, path)) {
    throw new BrokerError('fhir_path_unknown')
  }

  const { segments } = path
  const interaction = interactionOf(request.method, segments, request.query)
  const pagingKey = await deps.pagingKey(session)
  const binding: PageBinding = {
    session: session.id,
    connection: connection.id,
    path: segments.at(-1) === '_search' ? segments.slice(0, -1) : segments,
  }
  const page = findPage(request, { pagingKey, binding, connection, now: deps.now })
  const scopeType = page?.scopeType ?? scopeTypeOf(request, segments, interaction)
  checkScope(request, { segments, interaction, type: scopeType }, scope)
  const isBinary = interaction === 'read' && segments[0] === 'Binary'
  const isWrite = interaction === 'write'
  checkRepresentation(request, { isBinary, isWrite })

  const url = page?.url ?? upstreamUrl(connection.fhirBaseUrl, segments, request.query)
  const upstream = await sendUpstream(
    url,
    (accessToken) => upstreamInit(request, { accessToken, isBinary }),
    {
      egress: deps.egress,
      tokens: deps.tokens,
      session,
      isWrite,
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
  ).catch(whenOver(named))
  return answerOf(upstream, {
    map: addressMap({
      ehrBase: connection.fhirBaseUrl,
      ourBase: publicFhirBase(deps.publicBaseUrl, path),
      ...(connection.pagingHosts && { pagingHosts: connection.pagingHosts }),
      requestUrl: url,
      path: binding.path,
      isPage: page !== undefined,
      seal: (target) =>
        sealPage(
          {
            target,
            scopeType,
            expiresAt: Math.min(session.expiresAt, deps.now() + PAGE_LIFETIME_SECONDS),
          },
          pagingKey,
          binding,
        ),
      ...(named.inQuery && { sessionInQuery: named.inQuery.reveal() }),
    }),
    method: request.method,
    isBinary,
    isWrite,
    isResource: interaction === 'read' && segments[0] !== 'Bundle',
    referenceId: request.referenceId,
  })
}

function isOf(connection: Connection, path: FhirPath): boolean {
  return (
    connection.fhirVersion === path.version &&
    connection.organization === path.organization &&
    connection.environment === path.environment
  )
}
