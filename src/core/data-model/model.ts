import type * as z from 'zod/mini'
import type { Connection } from '#core/registry/registry.ts'
import type { Session } from '#core/session/session-store.ts'
import type { Clock } from '#core/time.ts'
import type { FhirApi } from './gather/fhir-api.ts'
import type { Warning } from './gather/warning.ts'
import type { Json } from './mapping/json.ts'
import type { SourceName } from './mapping/sources.ts'
import type { Table } from './mapping/table.ts'
import { parseMessage } from './schema/parse-message.ts'

/** What a model has to answer with: the session that it is asked in, and the EHR's FHIR API. */
export interface ModelContext {
  readonly api: FhirApi
  readonly session: Session
  readonly connection: Connection
  /** Where the app reaches this EHR's FHIR API: `Meta.SessionBaseURL` of the SSO message. */
  readonly sessionBaseUrl: string
  /** Names the request in the log, and what is put together for it. */
  readonly referenceId: string
  readonly now: Clock
}

/** What a model says, beside `Meta`. */
export interface ModelAnswer {
  readonly body: Json
  readonly warnings: readonly Warning[]
  readonly isIncomplete: boolean
}

/** A part of an answer, for the documents and the tests: which table fills which fields. */
export interface FilledPart {
  /** The field that the table's own are below: `Allergies[]`, or `''` for the answer itself. */
  readonly to: string
  /** The resource type that it is filled from. */
  readonly type: string
  readonly table: Table
  /** Which of these resources are told of, where not all are. */
  readonly note?: string
}

/** What of a message is written where, for the documents. */
export interface WrittenPart {
  /** The resource type that it becomes. */
  readonly type: string
  readonly source: SourceName
  /** The field of the message, and the element. */
  readonly rows: readonly (readonly [field: string, element: string])[]
}

/** What a model is made of. */
interface Definition<Message> {
  readonly dataModel: string
  readonly eventType: string
  /** The form of the message, `Meta` included. */
  readonly message: z.ZodMiniType<Message>
  /** All that an answer may have. */
  readonly answerSchema: z.ZodMiniType
  /** All that an answer may be filled with, and from what. */
  readonly parts: readonly FilledPart[]
  /** Of a model that writes: what becomes of the message. */
  readonly written?: readonly WrittenPart[]
  /** Fields of the published schema that no FHIR resource fills, and why. */
  readonly cannot: Readonly<Record<string, string>>
  answer(message: Message, context: ModelContext): Promise<ModelAnswer>
}

/** One event of one data model: what it takes, and how it is answered. */
export interface Model extends Omit<Definition<unknown>, 'answer'> {
  /**
   * Reads a message, and answers it once the session is found.
   *
   * @throws BrokerError `data_model_message_invalid`
   */
  prepare(message: unknown): (context: ModelContext) => Promise<ModelAnswer>
}

export function defineModel<Message>({ answer, ...definition }: Definition<Message>): Model {
  return {
    ...definition,
    prepare(message) {
      const parsed = parseMessage(definition.message, message)
      return (context) => answer(parsed, context)
    },
  }
}
