import type { AppCaller } from '#core/app-token/verify-app-token.ts'
import { BrokerError } from '#core/errors.ts'
import { PRIVATE_ANSWER } from '#core/fhir/answer-headers.ts'
import { type AuditedDeps, type AuditNotes, audited } from '#core/fhir/audit/audited.ts'
import type { FhirRequest, FhirResponse } from '#core/fhir/fhir-request.ts'
import { isJson, mediaTypeOf } from '#core/fhir/media-type.ts'
import { withPlainBody } from '#core/fhir/plain-body.ts'
import { type MeasuredDeps, measured } from '#core/latency/measured.ts'
import type { DeadSessionGuard } from '#core/session/dead-session-guard.ts'
import { namedSession, SESSION_HEADER } from '#core/session/named-session.ts'
import { kindOf, type MessageKind } from './envelope.ts'
import { isObject, listOf } from './mapping/json.ts'
import { SERVED, type ServedModel } from './models.ts'
import { type MessageRequest, type RespondDeps, respond } from './respond.ts'

export interface HandleMessageDeps extends RespondDeps, AuditedDeps, MeasuredDeps {
  /** Checks the value of the `Authorization` header; `token_missing` or `token_invalid`. */
  readonly verifyAppToken: (
    authorization: string | undefined,
  ) => Promise<Pick<AppCaller, 'app' | 'scope' | 'session'>>
  readonly guardDeadSessions: DeadSessionGuard
}

/**
 * Answers a message of the Data Model API: for the app that proves itself, within the session that it
 * names, from that session's EHR.
 *
 * @throws BrokerError with the code of the first check that fails, in the order they stand in
 */
export async function handleMessage(
  request: MessageRequest,
  deps: HandleMessageDeps,
): Promise<FhirResponse> {
  return measured('data-model', deps, (watched) =>
    audited(request, deps, (notes) => handle(request, notes, watched)),
  )
}

async function handle(
  request: MessageRequest,
  notes: AuditNotes,
  deps: HandleMessageDeps,
): Promise<FhirResponse> {
  const authorizations = request.header('authorization')
  const { app, scope, session } = await deps.verifyAppToken(
    authorizations.length === 1 ? authorizations[0] : undefined,
  )
  notes.app = app
  const message = readMessage(request)
  const { model, kind } = modelOf(message)
  const answer = (await model.load()).prepare(message)
  const named = namedSession({
    query: request.query,
    header: [...request.header(SESSION_HEADER), ...sessionIn(message)],
    boundTo: session,
  })
  return deps.guardDeadSessions({ app, key: named.key }, async () => {
    const told = await respond({ request, message, kind, app, scope, named, notes, answer }, deps)
    return {
      status: 200,
      headers: { 'content-type': 'application/json', ...PRIVATE_ANSWER },
      body: ReadableStream.from([Buffer.from(JSON.stringify(told))]),
    }
  })
}

/** @throws BrokerError `request_body_invalid`; `request_too_large` */
function readMessage(request: FhirRequest): unknown {
  const [contentType] = request.header('content-type')
  if (contentType !== undefined && !isJson(mediaTypeOf(contentType))) {
    throw new BrokerError('request_body_invalid', { hint: 'Send application/json.' })
  }
  try {
    return JSON.parse(Buffer.from(withPlainBody(request).body).toString('utf8'))
  } catch (error) {
    if (error instanceof BrokerError) throw error
    throw new BrokerError('request_body_invalid', { hint: 'It is not JSON.' })
  }
}

/** @throws BrokerError `data_model_message_invalid`, `data_model_unsupported` */
function modelOf(message: unknown): {
  readonly model: ServedModel
  readonly kind: MessageKind
} {
  const { DataModel, EventType } = kindOf(message)
  if (DataModel === undefined || EventType === undefined) {
    throw new BrokerError('data_model_message_invalid', {
      hint: 'Meta.DataModel and Meta.EventType must be of the type string.',
    })
  }
  const model = SERVED.find((one) => one.dataModel === DataModel && one.eventType === EventType)
  if (!model) {
    const served = SERVED.map(({ dataModel, eventType }) => `${dataModel} ${eventType}`).join(', ')
    throw new BrokerError('data_model_unsupported', { hint: `Served are: ${served}.` })
  }
  return { model, kind: { DataModel, EventType } }
}

/** `Meta.SessionID`: where the SSO message has it, a message may have it too. */
function sessionIn(message: unknown): readonly string[] {
  const meta = isObject(message) ? message['Meta'] : undefined
  return listOf(isObject(meta) ? meta['SessionID'] : undefined).filter(
    (one) => typeof one === 'string',
  )
}
