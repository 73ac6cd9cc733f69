import { BrokerError } from '#core/errors.ts'
import type { Ask } from '#core/fhir/ask.ts'
import type { AuditNotes } from '#core/fhir/audit/audited.ts'
import type { FhirRequest } from '#core/fhir/fhir-request.ts'
import type { Registry } from '#core/registry/registry.ts'
import { findSession, whenOver } from '#core/session/find-session.ts'
import type { NamedSession } from '#core/session/named-session.ts'
import type { Session } from '#core/session/session-store.ts'
import type { Clock } from '#core/time.ts'
import { envelope, type MessageKind } from './envelope.ts'
import { type FhirApiDeps, fhirApi } from './gather/fhir-api.ts'
import type { Warning } from './gather/warning.ts'
import { isObject, type Json, listOf } from './mapping/json.ts'
import type { ModelAnswer, ModelContext } from './model.ts'

const BUSY = 'session_busy'
const BUSY_RETRY_SECONDS = 1

/** The versions whose resources the mapping tables know. */
const FHIR_VERSIONS: readonly string[] = ['R4', 'R4B']

/** A message as it came in. */
export interface MessageRequest extends FhirRequest {
  /** Ends whatever is under way at the EHR. */
  readonly deadline: AbortSignal
}

export interface RespondDeps extends FhirApiDeps {
  readonly registry: Registry
  readonly publicBaseUrl: string
  readonly now: Clock
  /** Milliseconds from any start, for durations. */
  readonly elapsedMs: () => number
}

/** A message, what its credentials say, and how it is answered. */
interface Admitted {
  readonly request: MessageRequest
  readonly message: unknown
  readonly kind: MessageKind
  readonly app: string
  readonly scope: string
  readonly named: NamedSession
  /** Is told what becomes known of the request, for its record. */
  readonly notes: AuditNotes
  readonly answer: (context: ModelContext) => Promise<ModelAnswer>
}

/**
 * The answer to a message, within the session that it names.
 *
 * @throws BrokerError with the code of the first check that fails, in the order they stand in
 */
export async function respond(admitted: Admitted, deps: RespondDeps): Promise<Json> {
  const { request, app, kind, named, notes } = admitted
  const startedMs = deps.elapsedMs()
  const session = await findSession(named, app, deps)
  const { launchId, connection } = session
  notes.session = session.id
  notes.connection = connection
  if (session.patient !== undefined) notes.patient = session.patient
  const asks: Ask[] = []
  notes.asks = asks
  try {
    const { told, missing } = await respondWithin(session, asks, admitted, deps)
    deps.log.info('data_model_answered', {
      referenceId: request.referenceId,
      launchId,
      connection,
      dataModel: kind.DataModel,
      eventType: kind.EventType,
      asked: asks.length,
      missing,
      durationMs: Math.round(deps.elapsedMs() - startedMs),
    })
    return told
  } catch (thrown) {
    throw BrokerError.from(thrown).about({ launchId, connection, app })
  }
}

async function respondWithin(
  session: Session,
  asks: Ask[],
  { request, message, kind, app, scope, named, answer }: Admitted,
  deps: RespondDeps,
): Promise<{ readonly told: Json; readonly missing: number }> {
  const connection = await deps.registry.findConnection(session.connection)
  if (!connection || connection.app !== app) {
    throw new BrokerError('internal_error', { detail: { reason: 'connection_missing' } })
  }
  checkDestination(message, connection.source.id)
  if (!FHIR_VERSIONS.includes(connection.fhirVersion)) {
    throw new BrokerError('data_model_version_unsupported')
  }
  let isAnswered = false
  const api = fhirApi(
    {
      session,
      connection,
      scope,
      onAsk: (ask) => void asks.push(ask),
      onAnswer: () => {
        isAnswered = true
      },
      deadline: request.deadline,
      remainingMs: request.remainingMs,
    },
    deps,
  )
  const { referenceId } = request
  const { organization, environment, fhirVersion } = connection
  const given = await answer({
    api,
    session,
    connection,
    sessionBaseUrl: `${deps.publicBaseUrl}/fhir/${fhirVersion}/${organization}/${environment}`,
    referenceId,
    now: deps.now,
  }).catch(whenOver(named))
  if (!isAnswered) throwIfBusy(given.warnings)
  const told = envelope(kind, given, {
    connection,
    app: await deps.registry.findApp(app),
    referenceId,
    now: deps.now(),
  })
  return { told, missing: given.warnings.length }
}

/**
 * Whoever has nothing of the EHR because the session's tokens are just being renewed is to ask again;
 * what was had before that is told, with warnings.
 *
 * @throws BrokerError `session_busy`
 */
function throwIfBusy(warnings: readonly Warning[]): void {
  if (warnings.some(({ code }) => code === BUSY)) {
    throw new BrokerError(BUSY, { retryAfterSeconds: BUSY_RETRY_SECONDS })
  }
}

/**
 * A message may name where it goes: one destination, the EHR of the session, by the id that the SSO
 * message has as its source.
 *
 * @throws BrokerError `data_model_destination_unknown`
 */
function checkDestination(message: unknown, source: string): void {
  const meta = isObject(message) ? message['Meta'] : undefined
  const ids = listOf(isObject(meta) ? meta['Destinations'] : undefined)
    .map((one) => (isObject(one) ? one['ID'] : undefined))
    .filter((id) => typeof id === 'string')
  if (ids.length > 1 || ids.some((id) => id !== source)) {
    throw new BrokerError('data_model_destination_unknown')
  }
}
