import type { BrokerError, ErrorCode } from '#core/errors.ts'
import type { App, Connection } from '#core/registry/registry.ts'
import type { EpochSeconds } from '#core/time.ts'
import { isObject, type Json } from './mapping/json.ts'
import type { ModelAnswer } from './model.ts'

/** What a message says that it is. */
export interface MessageKind {
  readonly DataModel: string
  readonly EventType: string
}

interface ModelError {
  readonly ID: number
  readonly Text: string
  readonly Type: string
  readonly Module: string
}

/** Longer names are nobody's, and are not repeated. */
const LONGEST_NAME = 64

/** What a message says that it is, if it does: an answer repeats it, whatever becomes of the message. */
export function kindOf(message: unknown): Partial<MessageKind> {
  const meta = isObject(message) && isObject(message['Meta']) ? message['Meta'] : {}
  const { DataModel, EventType } = meta
  return {
    ...(isName(DataModel) && { DataModel }),
    ...(isName(EventType) && { EventType }),
  }
}

/**
 * `Meta` and the model's own members. The event type is the message's, and what is unknown is left
 * out, as recorded answers of Redox have it; the EHR is the source and the app the destination, as
 * in the SSO message.
 */
export function envelope(
  kind: MessageKind,
  { body, warnings, isIncomplete }: ModelAnswer,
  {
    connection: { source, environment },
    app,
    referenceId,
    now,
  }: {
    readonly connection: Connection
    readonly app: App | undefined
    readonly referenceId: string
    readonly now: EpochSeconds
  },
): Json {
  const destination = app?.ssoDestination
  const errors = warnings.map(({ text, code }) => modelError(text, code as ErrorCode, referenceId))
  return {
    Meta: {
      DataModel: kind.DataModel,
      EventType: kind.EventType,
      EventDateTime: new Date(now * 1000).toISOString(),
      Test: environment !== 'Production',
      Source: { ID: source.id, Name: source.name },
      ...(destination && { Destinations: [{ ID: destination.id, Name: destination.name }] }),
      ...logs(referenceId),
      ...(isIncomplete && { IsIncomplete: true }),
      ...(errors.length > 0 && { Errors: errors }),
    },
    ...body,
  }
}

/** What is answered in place of a message's answer: `Meta` alone, with the one error. */
export function errorEnvelope(message: unknown, error: BrokerError, referenceId: string): Json {
  return {
    Meta: {
      ...kindOf(message),
      ...logs(referenceId),
      Errors: [modelError(error.message, error.code, referenceId)],
    },
  }
}

function logs(referenceId: string) {
  return { Logs: [{ ID: referenceId, AttemptID: referenceId }] }
}

/** `ID` is a number in the contract: the first digits of the reference, by which we log. */
function modelError(Text: string, code: ErrorCode, referenceId: string): ModelError {
  const digits = /^[0-9a-f]{8}/i.exec(referenceId)?.[0] ?? '0'
  return { ID: Number.parseInt(digits, 16), Text, ...kindOfError(code) }
}

/** The pairs that Redox's own answers have been seen to have, and for our session one of that form. */
function kindOfError(code: ErrorCode): Pick<ModelError, 'Type' | 'Module'> {
  if (code === 'data_model_destination_unknown') return { Type: 'message', Module: 'Subscriptions' }
  if (/^(?:session|token|scope)_/.test(code)) return { Type: 'message', Module: 'Sessions' }
  if (code === 'data_model_write_incomplete') return { Type: 'transmission', Module: 'Send' }
  if (/^(?:data_model|request|patient_identifiers|internal)_/.test(code)) {
    return { Type: 'message', Module: 'DataModels' }
  }
  return { Type: 'query', Module: 'Send' }
}

function isName(value: unknown): value is string {
  return typeof value === 'string' && value.length <= LONGEST_NAME
}
