import type { OpenAnswer } from '#core/egress.ts'
import { BrokerError } from '#core/errors.ts'
import type { AddressMap } from './ehr-addresses.ts'
import { rewriteUrls, rewriteWhole } from './rewrite/rewrite-urls.ts'
import { WholeBody } from './whole-body.ts'

/** A body that the EHR says is no longer than this is read whole before the answer begins. */
const WHOLE_UP_TO_BYTES = 256 * 1024

/** A body as the app gets it. */
export interface AnswerBody {
  /** `undefined` for none. */
  readonly body: AsyncIterable<Uint8Array> | undefined
  /** Every byte is the EHR's, so what its head says of the body is true. */
  readonly isUnchanged: boolean
  /** In bytes, where it is known before the body has gone. */
  readonly length?: number
}

/** A body that passes byte for byte; its length is told, so that a part is not taken for the whole. */
export function unchangedBody({ headers, body }: OpenAnswer): AnswerBody {
  const length = lengthOf(headers)
  return { body: body ?? undefined, isUnchanged: true, ...(length !== undefined && { length }) }
}

/** A body that was made here. */
export function wholeBody(bytes: Uint8Array): AnswerBody {
  return { body: new WholeBody(bytes), isUnchanged: false, length: bytes.byteLength }
}

/**
 * A resource in JSON with its addresses on our base. A short one is read whole: then its length is
 * told, a Bundle that turns out to be signed passes as it is, and one resource in which the EHR's
 * host does not occur is not looked into at all. A longer one streams.
 *
 * @param map.host occurs in every address that would be changed in a resource that is no Bundle
 * @throws BrokerError `upstream_answer_invalid`, here or later from the body
 */
export async function rewrittenBody(
  { headers, body }: OpenAnswer,
  { map, isResource }: { readonly map: AddressMap; readonly isResource: boolean },
): Promise<AnswerBody> {
  if (!body) return { body: undefined, isUnchanged: true }
  const length = lengthOf(headers)
  if (length === undefined || length > WHOLE_UP_TO_BYTES) return streamed(body, map)

  const chunks: Uint8Array[] = []
  for await (const chunk of body) chunks.push(chunk)
  const whole = joined(chunks)
  const rewritten = isResource && !whole.includes(map.host) ? whole : rewrittenOrSigned(whole, map)
  return {
    body: new WholeBody(rewritten),
    isUnchanged: whole.equals(rewritten),
    length: rewritten.byteLength,
  }
}

/** All of a body; not copied if it came in one piece. */
function joined(chunks: readonly Uint8Array[]): Buffer {
  const [only] = chunks
  if (chunks.length !== 1 || !only) return Buffer.concat(chunks)
  return Buffer.from(only.buffer, only.byteOffset, only.byteLength)
}

function rewrittenOrSigned(whole: Buffer, map: AddressMap): Uint8Array {
  try {
    return rewriteWhole(whole, map)
  } catch (error) {
    if (error instanceof BrokerError && isSigned(whole)) return whole
    throw error
  }
}

/** A body of unknown length; none at all if it ends before it has begun. */
async function streamed(body: AsyncIterable<Uint8Array>, map: AddressMap): Promise<AnswerBody> {
  const rewritten = rewriteUrls(body, map)
  const first = await rewritten.next()
  if (first.done) return { body: undefined, isUnchanged: false }
  return { body: withFirst(first.value, rewritten), isUnchanged: false }
}

async function* withFirst(
  first: Uint8Array,
  rest: AsyncGenerator<Uint8Array>,
): AsyncGenerator<Uint8Array> {
  try {
    yield first
    yield* rest
  } finally {
    // Also when nobody asked for the rest: the EHR's connection is let go.
    await rest.return(undefined)
  }
}

/** Whether it is a Bundle with a signature, which may stand behind what it signs. */
function isSigned(whole: Buffer): boolean {
  try {
    const { resourceType, signature } = JSON.parse(whole.toString('utf8'))
    return resourceType === 'Bundle' && signature !== undefined
  } catch {
    // No JSON: whoever rewrites it says so.
    return false
  }
}

function lengthOf(headers: OpenAnswer['headers']): number | undefined {
  const value = headers.get('content-length')
  return value !== null && /^\d{1,15}$/.test(value) ? Number(value) : undefined
}
