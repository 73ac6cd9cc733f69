import { BrokerError } from '#core/errors.ts'
import { jsonPosition, type Shape, type StringRole } from './json-position.ts'

const QUOTE = 0x22
const BACKSLASH = 0x5c

/** Far longer than any key of a shape, written in escapes or not. */
const MAX_KEY_BYTES = 128
const MAX_VALUE_BYTES = 1024 * 1024

/** A string whose bytes are being gathered, quotes included. */
interface Gathered {
  readonly role: Exclude<StringRole, undefined>
  readonly parts: Uint8Array[]
  size: number
}

/**
 * Rewrites strings of a JSON text as it streams by: those that `shape` leads to are given to its
 * functions, and what these answer takes their place. Every other byte passes as it is, and a string
 * that is answered unchanged too. At most one such string is held in memory.
 *
 * The stream errors with `upstream_answer_invalid` when the text is not JSON or ends early, so that
 * it never ends cleanly there.
 */
export function rewriteStrings(shape: Shape): TransformStream<Uint8Array, Uint8Array> {
  const position = jsonPosition(shape)
  let inString = false
  let escaped = false
  let gathered: Gathered | undefined

  function gather(bytes: Uint8Array, into: Gathered) {
    into.size += bytes.byteLength
    if (into.role === 'key') {
      if (into.size <= MAX_KEY_BYTES) into.parts.push(bytes)
    } else {
      if (into.size > MAX_VALUE_BYTES) throw invalid('string_too_long')
      into.parts.push(bytes)
    }
  }

  /** Ends the string; answers what takes its place if it was held back. */
  function endString(): Uint8Array | undefined {
    const ended = gathered
    inString = false
    gathered = undefined

    if (ended?.role === 'key') {
      position.endKey(ended.size > MAX_KEY_BYTES ? undefined : parse(Buffer.concat(ended.parts)))
      return undefined
    }
    position.endValue()
    if (!ended) return undefined
    const raw = Buffer.concat(ended.parts)
    const value = parse(raw)
    const rewritten = ended.role(value)
    return rewritten === value ? raw : Buffer.from(JSON.stringify(rewritten))
  }

  function push(chunk: Uint8Array): Uint8Array {
    const output: Uint8Array[] = []
    /** Start of what is neither passed on nor held back yet. */
    let from = 0
    let keyFrom = 0
    const isHeld = () => gathered !== undefined && gathered.role !== 'key'

    for (let at = 0; at < chunk.length; at++) {
      const byte = chunk[at] ?? 0
      if (!inString) {
        if (byte !== QUOTE) {
          position.step(byte)
          continue
        }
        inString = true
        const role = position.beginString()
        gathered = role && { role, parts: [], size: 0 }
        if (isHeld()) {
          output.push(chunk.subarray(from, at))
          from = at
        }
        keyFrom = at
      } else if (escaped) {
        escaped = false
      } else if (byte === BACKSLASH) {
        escaped = true
      } else if (byte === QUOTE) {
        if (gathered) gather(chunk.slice(isHeld() ? from : keyFrom, at + 1), gathered)
        const held = isHeld()
        const replacement = endString()
        if (held) from = at + 1
        if (replacement) output.push(replacement)
      }
    }

    if (gathered) gather(chunk.slice(isHeld() ? from : keyFrom), gathered)
    if (!isHeld()) output.push(chunk.subarray(from))
    return output.length === 1 ? (output[0] ?? chunk) : Buffer.concat(output)
  }

  return new TransformStream({
    transform(chunk, controller) {
      const bytes = push(chunk)
      if (bytes.byteLength > 0) controller.enqueue(bytes)
    },
    flush() {
      if (inString || !position.isComplete()) throw invalid('json_ends_early')
    },
  })
}

function parse(raw: Uint8Array): string {
  try {
    return JSON.parse(new TextDecoder().decode(raw))
  } catch {
    throw invalid('json_malformed')
  }
}

function invalid(reason: string): BrokerError {
  return new BrokerError('upstream_answer_invalid', { detail: { reason } })
}
