import * as z from 'zod/mini'
import type { EventFields } from '#core/event-log.ts'

/** An event of a function, as its log line has it. */
export interface LoggedEvent extends EventFields {
  /** Epoch milliseconds. */
  readonly at: number
  /** The function. */
  readonly service: string
  readonly event: string
}

/** A request, as API Gateway's access log has it. */
export interface LoggedRequest {
  /** Epoch milliseconds, at the answer. */
  readonly at: number
  readonly referenceId: string
  readonly method: string
  /** By its pattern. */
  readonly route: string
  readonly status: number
  readonly durationMs: number
  /** What API Gateway answered by itself, in place of a function. */
  readonly gatewayResponse?: string
}

const text = z.optional(z.string())
const number = z.optional(z.number())

/** A member that is not one of an event's fields is left out, whoever wrote the line. */
const FIELDS = {
  referenceId: text,
  launchId: text,
  code: text,
  connection: text,
  app: text,
  registration: text,
  organization: text,
  environment: text,
  host: text,
  method: text,
  status: number,
  durationMs: number,
  oauthError: text,
  parameter: text,
  parameters: z.optional(z.array(z.string())),
  reason: text,
  eventType: text,
  dataModel: text,
  asked: number,
  missing: number,
  attempt: number,
  firstShard: number,
  lastShard: number,
  renewed: number,
  ended: number,
  dropped: number,
  left: number,
  failed: number,
  waiting: number,
  oldestDueSeconds: number,
  errorName: text,
  errorCode: text,
  stack: text,
} as const satisfies Readonly<Record<keyof EventFields, unknown>>

const EVENT = z.object({ service: z.string(), message: z.string(), ...FIELDS })

const REQUEST = z.object({
  requestId: z.string(),
  httpMethod: z.string(),
  resourcePath: z.string(),
  status: z.coerce.number(),
  responseLatency: z.coerce.number(),
  gatewayResponse: text,
})

/** The event of a line; `undefined` for a line that is none, such as the Lambda service's own. */
export function loggedEvent(message: string, at: number): LoggedEvent | undefined {
  const parsed = EVENT.safeParse(json(message))
  if (!parsed.success) return undefined
  const { message: event, ...fields } = parsed.data
  return { at, event, ...defined(fields) }
}

/** The request of a line of the access log; `undefined` for another line. */
export function loggedRequest(message: string, at: number): LoggedRequest | undefined {
  const parsed = REQUEST.safeParse(json(message))
  if (!parsed.success) return undefined
  const { requestId, httpMethod, resourcePath, status, responseLatency } = parsed.data
  const { gatewayResponse = '-' } = parsed.data
  return {
    at,
    referenceId: requestId,
    method: httpMethod,
    route: resourcePath,
    status,
    durationMs: responseLatency,
    // A variable without a value is a hyphen.
    ...(gatewayResponse !== '-' && { gatewayResponse }),
  }
}

function json(text: string): unknown {
  try {
    return JSON.parse(text)
  } catch {
    return undefined
  }
}

type Defined<T> = { [Name in keyof T]: Exclude<T[Name], undefined> }

function defined<T extends object>(members: T): Defined<T> {
  const present = Object.entries(members).filter(([, value]) => value !== undefined)
  return Object.fromEntries(present) as Defined<T>
}
