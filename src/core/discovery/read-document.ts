import type { Egress } from '#core/egress.ts'
import { BrokerError } from '#core/errors.ts'

/** Discovery's share of the 29 seconds that a launch has, a document. */
const TIMEOUT_MS = 2_000

/** Some servers list six hundred scopes; a CapabilityStatement lists every resource. */
const MAX_BYTES = { metadata: 512 * 1024, capabilityStatement: 4 * 1024 * 1024 } as const

/** How long a document is used at least and at most, whatever its headers say. */
const FRESH_SECONDS = { least: 60, most: 3_600, unstated: 600 } as const

export interface ReadDocument {
  readonly document: Readonly<Record<string, unknown>>
  readonly freshSeconds: number
}

/** Why a document could not be read; a reason for the log, and for whoever applies a registry. */
export interface UnreadDocument {
  readonly reason: string
  readonly parameter?: string
  readonly cause?: unknown
}

/**
 * Reads one document, which must be a JSON object; what the answer calls itself is ignored, as SMART
 * allows (SM-09).
 *
 * @param hosts that the request may go to
 */
export async function readDocument(
  address: string,
  options: {
    readonly accept: string
    readonly headers: Readonly<Record<string, string>>
    readonly hosts: readonly string[]
    readonly egress: Egress
  },
): Promise<ReadDocument | UnreadDocument> {
  const { accept, headers, hosts, egress } = options
  let response: Response
  let document: unknown
  try {
    response = await egress(
      address,
      { headers: { ...headers, accept } },
      {
        timeoutMs: TIMEOUT_MS,
        maxBytes: accept.includes('fhir') ? MAX_BYTES.capabilityStatement : MAX_BYTES.metadata,
        hosts,
      },
    )
    if (response.status !== 200) return { reason: `status_${response.status}` }
    document = await response.json()
  } catch (cause) {
    return { reason: cause instanceof BrokerError ? cause.code : 'not_json', cause }
  }
  if (typeof document !== 'object' || document === null || Array.isArray(document)) {
    return { reason: 'not_an_object' }
  }
  return {
    document: document as Readonly<Record<string, unknown>>,
    freshSeconds: freshSeconds(response.headers),
  }
}

/** HTTP freshness by `max-age` less `Age`, within our bounds (RFC 9111 §4.2). */
function freshSeconds(headers: Headers): number {
  const directives = headers.get('cache-control') ?? ''
  const maxAge = /(?:^|[\s,])max-age="?(\d+)/i.exec(directives)?.[1]
  const age = Number(/^\d+$/.exec(headers.get('age') ?? '')?.[0] ?? 0)
  const stated = /\bno-(store|cache)\b/i.test(directives)
    ? 0
    : maxAge === undefined
      ? FRESH_SECONDS.unstated
      : Number(maxAge) - age
  return Math.min(Math.max(stated, FRESH_SECONDS.least), FRESH_SECONDS.most)
}
