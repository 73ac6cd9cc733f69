import { BrokerError } from '#core/errors.ts'
import { Edits } from './edits.ts'
import type { KeyReader } from './key-reader.ts'
import type { PrefixRewrite } from './prefix-rewrite.ts'

/** Reads a string, and says what takes its place: the same string to leave its bytes as they are. */
export interface Rewrite {
  (value: string): string
  /** Says the same of most strings without their being read. */
  readonly prefix?: PrefixRewrite | undefined
}

/** Is told of a JSON text as it goes by. */
export interface JsonVisitor {
  open(isArray: boolean): void
  close(): void
  /** A member's key; `undefined` for one that the scanner was not told of. */
  key(name: string | undefined): void
  /** A string value begins: what reads it, or `undefined` if it may pass unread. */
  string(): Rewrite | undefined
}

/** Takes a text in chunks, and gives it out rewritten. */
export interface JsonScanner {
  /**
   * @param isLast no chunk follows: everything is given out, if the text ends as JSON does
   * @returns what may be given out by now, in a piece or none
   */
  push(chunk: Uint8Array, isLast?: boolean): readonly Uint8Array[]
  /** Gives out the last bytes, if the text ended as JSON does. */
  end(): Uint8Array
}

/** What may come next, outside strings. */
const EXPECTS = {
  value: 0,
  valueOrEnd: 1,
  key: 2,
  keyOrEnd: 3,
  colon: 4,
  commaOrEnd: 5,
} as const

const QUOTE = 0x22
const BACKSLASH = 0x5c

/** What a byte is outside strings. */
const IS = {
  nothing: 0,
  space: 1,
  quote: 2,
  comma: 3,
  colon: 4,
  openObject: 5,
  closeObject: 6,
  openArray: 7,
  closeArray: 8,
  /** The bytes of numbers, `true`, `false` and `null`. */
  literal: 9,
  byteOrderMark: 10,
} as const

const CLASS = new Uint8Array(256)
for (const [characters, kind] of [
  [' \n\r\t', IS.space],
  ['"', IS.quote],
  [',', IS.comma],
  [':', IS.colon],
  ['{', IS.openObject],
  ['}', IS.closeObject],
  ['[', IS.openArray],
  [']', IS.closeArray],
  ['abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789+-.', IS.literal],
  ['\ufeff', IS.byteOrderMark],
] as const) {
  for (const byte of Buffer.from(characters)) CLASS[byte] = kind
}

/** Longest string that is read, and deepest nesting. */
const MOST_BYTES = 1024 * 1024
const MOST_DEPTH = 1_000

/** Strings up to this are walked through; longer ones are searched, which has a price of its own. */
const SHORT_BYTES = 48

const NOTHING = new Uint8Array()

/**
 * Scans a JSON text in UTF-8 byte by byte, as it streams. Only strings that the visitor wants are
 * read; every other byte is given out as it came. At most one string is held between two chunks, and
 * the closing byte of the text until its end is known, so that a part is never taken for the whole.
 *
 * Strict about what tells strings apart (commas, colons, brackets, bytes that JSON has outside
 * strings) and lax about the rest, such as the spelling of numbers: that changes no string.
 *
 * @param keys those that the visitor is told by name
 * @throws BrokerError `upstream_answer_invalid` when the text is not JSON or ends early
 */
export function jsonScanner(visitor: JsonVisitor, keys: KeyReader): JsonScanner {
  /** For each open container, 1 if it is an array. */
  const containers = new Uint8Array(MOST_DEPTH)
  let depth = 0
  let expects: number = EXPECTS.value
  let isAtStart = true

  let inString = false
  /** Reads the string that is open; `true` for a key. */
  let reader: Rewrite | true | undefined
  let hasEscape = false
  /** Bytes from the start of a string that is being read, or from the last closing byte. */
  let held: Uint8Array = NOTHING
  /** Where to go on within `held` and the next chunk. */
  let resumeAt = 0

  function open(isArray: 0 | 1) {
    if (depth >= MOST_DEPTH) throw invalid('json_too_deep')
    visitor.open(isArray === 1)
    containers[depth] = isArray
    depth += 1
  }

  function close(isArray: 0 | 1) {
    if (depth === 0 || containers[depth - 1] !== isArray) throw malformed()
    depth -= 1
    visitor.close()
  }

  /** Lets the reader see the string of a value from its quote at `start` to the one at `end`. */
  function read(rewrite: Rewrite, data: Uint8Array, start: number, end: number, edits: Edits) {
    const { prefix } = rewrite
    const length = hasEscape ? undefined : prefix?.lengthIn(data, start + 1, end)
    if (length === 0) return
    if (prefix && length !== undefined) {
      edits.replace(start + 1, start + 1 + length, prefix.by)
      return
    }
    const value = hasEscape ? parse(data, start, end) : text(data, start + 1, end)
    const rewritten = rewrite(value)
    if (rewritten !== value) edits.replace(start, end + 1, Buffer.from(JSON.stringify(rewritten)))
  }

  /** Goes through the bytes from `at`; ends within a string where there is no more. */
  function scan(data: Uint8Array, from: number, edits: Edits): Scanned {
    const { length } = data
    let at = from
    let stringStart = 0
    let closedAt = -1
    /** Where the next backslash is, as far as was looked. */
    let nextEscape = -1
    // Kept at hand: what a closure holds costs more to reach, and every byte would.
    let next = expects
    let isOpen = inString

    while (at < length) {
      if (isOpen) {
        const near = Math.min(length, at + SHORT_BYTES)
        while (at < near && data[at] !== QUOTE && data[at] !== BACKSLASH) at += 1
        while (at < length && data[at] !== QUOTE) {
          if (nextEscape < at) nextEscape = indexOrEnd(data, BACKSLASH, at)
          const quote = indexOrEnd(data, QUOTE, at)
          if (quote < nextEscape) at = quote
          else if (nextEscape >= length) at = length
          else {
            hasEscape = true
            at = nextEscape + 2
          }
        }
        if (at >= length) break
        isOpen = false
        if (reader === true) {
          next = EXPECTS.colon
          visitor.key(
            hasEscape
              ? keys.find(parse(data, stringStart, at))
              : keys.read(data, stringStart + 1, at),
          )
        } else {
          next = EXPECTS.commaOrEnd
          if (reader) read(reader, data, stringStart, at, edits)
        }
        at += 1
        continue
      }

      switch (CLASS[data[at] ?? 0]) {
        case IS.space:
          break
        case IS.quote:
          isAtStart = false
          stringStart = at
          isOpen = true
          hasEscape = false
          if (next === EXPECTS.key || next === EXPECTS.keyOrEnd) reader = true
          else if (next === EXPECTS.value || next === EXPECTS.valueOrEnd) reader = visitor.string()
          else throw malformed()
          break
        case IS.comma:
          if (next !== EXPECTS.commaOrEnd || depth === 0) throw malformed()
          next = containers[depth - 1] === 1 ? EXPECTS.value : EXPECTS.key
          break
        case IS.colon:
          if (next !== EXPECTS.colon) throw malformed()
          next = EXPECTS.value
          break
        case IS.openObject:
          if (next !== EXPECTS.value && next !== EXPECTS.valueOrEnd) throw malformed()
          open(0)
          next = EXPECTS.keyOrEnd
          isAtStart = false
          break
        case IS.openArray:
          if (next !== EXPECTS.value && next !== EXPECTS.valueOrEnd) throw malformed()
          open(1)
          next = EXPECTS.valueOrEnd
          isAtStart = false
          break
        case IS.closeObject:
          if (next !== EXPECTS.commaOrEnd && next !== EXPECTS.keyOrEnd) throw malformed()
          close(0)
          next = EXPECTS.commaOrEnd
          if (depth === 0) closedAt = at
          break
        case IS.closeArray:
          if (next !== EXPECTS.commaOrEnd && next !== EXPECTS.valueOrEnd) throw malformed()
          close(1)
          next = EXPECTS.commaOrEnd
          if (depth === 0) closedAt = at
          break
        case IS.literal:
          if (!isValue(next)) throw malformed()
          isAtStart = false
          next = EXPECTS.commaOrEnd
          break
        case IS.byteOrderMark:
          // The start of a text may have one, which is no white space of JSON's.
          if (!isAtStart) throw malformed()
          break
        default:
          throw malformed()
      }
      at += 1
    }
    expects = next
    inString = isOpen
    return { at, stringStart, closedAt }
  }

  function checkEnd() {
    if (inString || depth > 0) throw invalid('json_ends_early')
  }

  return {
    push(chunk, isLast = false) {
      const isClosed = held.byteLength > 0 && !inString
      const data = held.byteLength > 0 ? Buffer.concat([held, chunk]) : chunk
      const edits = new Edits()
      const { at, stringStart, closedAt } = scan(data, resumeAt, edits)

      let until = data.length
      if (isLast) checkEnd()
      else if (inString && reader) until = stringStart
      else if (closedAt >= 0) until = closedAt
      else if (isClosed) until = 0
      if (data.length - until > MOST_BYTES) throw invalid('string_too_long')
      resumeAt = at - until
      held = until < data.length ? Uint8Array.prototype.slice.call(data, until) : NOTHING
      return edits.applied(data, until)
    },

    end() {
      checkEnd()
      return held
    },
  }
}

/** Where a scan of a chunk ended, the string that is open there, and the last end of the text. */
interface Scanned {
  readonly at: number
  readonly stringStart: number
  readonly closedAt: number
}

function indexOrEnd(data: Uint8Array, byte: number, from: number): number {
  const index = data.indexOf(byte, from)
  return index < 0 ? data.length : index
}

/** Whether a value may begin here, or a number or word go on. */
function isValue(expects: number): boolean {
  return (
    expects === EXPECTS.value || expects === EXPECTS.valueOrEnd || expects === EXPECTS.commaOrEnd
  )
}

function text(data: Uint8Array, start: number, end: number): string {
  return Buffer.from(data.buffer, data.byteOffset + start, end - start).toString('utf8')
}

function parse(data: Uint8Array, start: number, end: number): string {
  try {
    return JSON.parse(text(data, start, end + 1))
  } catch {
    throw malformed()
  }
}

function malformed(): BrokerError {
  return invalid('json_malformed')
}

function invalid(reason: string): BrokerError {
  return new BrokerError('upstream_answer_invalid', { detail: { reason } })
}
