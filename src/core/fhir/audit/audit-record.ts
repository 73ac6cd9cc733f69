import type { Ask } from '#core/fhir/ask.ts'
import type { EpochSeconds } from '#core/time.ts'

/** What is known of a request when it is over. Nothing of what it said or was told. */
export interface AuditedRequest {
  readonly referenceId: string
  readonly recordedAt: EpochSeconds
  readonly method: string
  /** As far as the request came to be known. */
  readonly app?: string
  /** The key of the session's row: SHA-256 of the SessionID. */
  readonly session?: string
  readonly connection?: string
  /** The patient in the session's context. */
  readonly patient?: string
  readonly asks: readonly Ask[]
  /** `Type/id` of what was created, from the answer's `Location`. */
  readonly created?: string
  readonly status: number
  /** Why it was refused or failed. */
  readonly code?: string
  /** Of the answer's body, as far as it went out. */
  readonly bytes: number
  readonly isCutOff: boolean
  readonly durationMs: number
}

/** Where audit records go: to a log of their own. */
export interface AuditTrail {
  /** Resolves when the record is kept. Never rejects: a request is not undone for its record. */
  record(record: AuditRecord): Promise<void>
}

/** An AuditEvent of FHIR R4, as far as we fill one. */
export type AuditRecord = Readonly<Record<string, unknown>>

const ACTIONS: Readonly<Record<string, string>> = {
  create: 'C',
  read: 'R',
  vread: 'R',
  history: 'R',
  search: 'E',
  update: 'U',
  patch: 'U',
  delete: 'D',
}

const SUBTYPES: Readonly<Record<string, string>> = {
  history: 'history-instance',
  search: 'search-type',
}

/** No more entries of a batch than this are named; how many there were is told. */
const MOST_ENTITIES = 200

const EXTENSION = 'urn:sallyport:audit'

/**
 * The record of one request: who (app, session), what (interaction, resource type and id), when, with
 * what outcome, how much and how long. No content, no query, no token.
 *
 * @see [FHIR R4, AuditEvent](https://hl7.org/fhir/R4/auditevent.html)
 */
export function auditRecord(request: AuditedRequest): AuditRecord {
  const { app, session, connection, patient, asks, created, status, code } = request
  const [first] = asks
  const interaction = asks.length > 1 ? 'batch' : (first?.interaction.code ?? 'unknown')
  const byApp = { type: { text: 'app' }, who: named(app ?? 'unknown'), requestor: true }
  const entities = asks.slice(0, MOST_ENTITIES).map((ask) => entityOf(ask, created))
  const measured = [
    { url: `${EXTENSION}:method`, valueCode: request.method },
    { url: `${EXTENSION}:status`, valueInteger: status },
    { url: `${EXTENSION}:bytes`, valueInteger: request.bytes },
    { url: `${EXTENSION}:duration-ms`, valueInteger: Math.round(request.durationMs) },
  ]
  return {
    resourceType: 'AuditEvent',
    id: request.referenceId,
    type: {
      system: 'http://terminology.hl7.org/CodeSystem/audit-event-type',
      code: 'rest',
    },
    subtype: [
      {
        system: 'http://hl7.org/fhir/restful-interaction',
        code: SUBTYPES[interaction] ?? interaction,
      },
    ],
    action: ACTIONS[interaction] ?? 'E',
    recorded: new Date(request.recordedAt * 1_000).toISOString(),
    outcome: outcomeOf(status, request.isCutOff),
    ...(code !== undefined && { outcomeDesc: code }),
    agent: session === undefined ? [byApp] : [byApp, inSession(session)],
    source: { observer: { display: 'Sallyport' }, ...(connection && { site: connection }) },
    entity: patient === undefined ? entities : [aboutPatient(patient), ...entities],
    extension: asks.length > 1 ? [...measured, entries(asks.length)] : measured,
  }
}

const inSession = (session: string) => ({
  type: { text: 'session' },
  who: named(session),
  requestor: false,
})
const aboutPatient = (patient: string) => ({
  what: { reference: `Patient/${patient}` },
  role: { code: '1', display: 'Patient' },
})
const entries = (count: number) => ({ url: `${EXTENSION}:entries`, valueInteger: count })

/** 0 is success, 4 a refusal, 8 a failure. */
function outcomeOf(status: number, isCutOff: boolean): string {
  if (isCutOff || status >= 500) return '8'
  return status >= 400 ? '4' : '0'
}

function entityOf(ask: Ask, created: string | undefined) {
  const { interaction, method } = ask
  const { type, id, compartment, operation, code } = interaction
  const reference = id === undefined ? undefined : `${type}/${id}`
  const written = code === 'create' ? created : undefined
  return {
    what: {
      ...((written ?? reference) && { reference: written ?? reference }),
      ...(type && { type }),
    },
    role: { code: '4', display: 'Domain Resource' },
    description: [
      method,
      code,
      ...(compartment ? [`in ${compartment.type}/${compartment.id}`] : []),
      ...(operation ? [operation] : []),
    ].join(' '),
  }
}

function named(value: string) {
  return { identifier: { value } }
}
