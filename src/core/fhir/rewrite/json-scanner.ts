import { BrokerError } from '#core/errors.ts'
import { Edits } from './edits.ts'
import type { KeyReader } from './key-reader.ts'

/** Is told of a JSON text as it goes by. */
export interface JsonVisitor {
  open(isArray: boolean): void
  close(): void
  /** A member's key; `undefined` for one that the scanner was not told of. */
  key(name: string | undefined): void
  /** A string value begins: whether it is to be read, or may pass as it is. */
  wants(): boolean
  /** What takes the place of a string that is wanted: the same string to leave its bytes as they are. */
  rewrite(value: string): string
  /**
   * The same by its bytes, where they say enough: of how many of the first `prefix` takes the place, 0
   * for none; `undefined` where the string has to be read.
   */
  skim?(data: Uint8Array, start: number, end: number): number | undefined
  readonly prefix?: Uint8Array
}

/** What may come next, outside strings. */
const EXPECTS = {
  value: 0,
  valueOrEnd: 1,
  key: 2,
  keyOrEnd: 3,
  colon: 4,
  commaOrEnd: 5,
  nothing: 6,
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
 * Every method throws BrokerError `upstream_answer_invalid` when the text is not JSON or ends early.
 */
export class JsonScanner {
  readonly #visitor: JsonVisitor
  readonly #keys: KeyReader
  /** Of each open container, whether it is an array: 1, or 0. What is above `#depth` is left over. */
  readonly #arrays: number[] = []
  #depth = 0
  #expects: number = EXPECTS.value
  #isAtStart = true

  /** Of the string that is open, if one is. */
  #inString = false
  #isKey = false
  #isWanted = false
  #hasEscape = false
  /** Bytes from the start of a string that is being read, or from the last closing byte. */
  #held: Uint8Array = NOTHING
  /** Where to go on within what is held and the next chunk. */
  #resumeAt = 0

  /** @param keys those that the visitor is told by name */
  constructor(visitor: JsonVisitor, keys: KeyReader) {
    this.#visitor = visitor
    this.#keys = keys
  }

  /**
   * Takes the next chunk.
   *
   * @param isLast no chunk follows: everything is given out, if the text ends as JSON does
   * @returns what may be given out by now, in a piece or none
   */
  push(chunk: Uint8Array, isLast = false): readonly Uint8Array[] {
    const held = this.#held
    const isClosed = held.byteLength > 0 && !this.#inString
    const data = held.byteLength > 0 ? Buffer.concat([held, chunk]) : asBuffer(chunk)
    const edits = new Edits()
    const { at, stringStart, closedAt } = this.#scan(data, edits)

    let until = data.length
    if (isLast) this.#checkEnd()
    else if (this.#inString && (this.#isKey || this.#isWanted)) until = stringStart
    else if (closedAt >= 0) until = closedAt
    else if (isClosed) until = 0
    if (data.length - until > MOST_BYTES) throw invalid('string_too_long')
    this.#resumeAt = at - until
    this.#held = until < data.length ? Uint8Array.prototype.slice.call(data, until) : NOTHING
    return edits.applied(data, until)
  }

  /** Gives out the last bytes, if the text ended as JSON does. */
  end(): Uint8Array {
    this.#checkEnd()
    return this.#held
  }

  #checkEnd(): void {
    if (this.#inString || this.#depth > 0) throw invalid('json_ends_early')
  }

  /**
   * Goes on where it was; ends within a string where there is no more.
   *
   * One loop, and its state at hand: what an object holds costs more to reach, and a call more than
   * most of the bytes that it would be for.
   */
  #scan(data: Buffer, edits: Edits): Scanned {
    const { length } = data
    const visitor = this.#visitor
    const keys = this.#keys
    const arrays = this.#arrays
    let depth = this.#depth
    let isInArray = depth > 0 && arrays[depth - 1] === 1
    let next = this.#expects
    let isAtStart = this.#isAtStart
    let isOpen = this.#inString
    let isKey = this.#isKey
    let isWanted = this.#isWanted
    let hasEscape = this.#hasEscape
    let at = this.#resumeAt
    let stringStart = 0
    let closedAt = -1
    /** Where the next backslash is, as far as was looked. */
    let nextEscape = -1

    for (;;) {
      if (!isOpen) {
        for (; at < length && data[at] !== QUOTE; at += 1) {
          const kind = CLASS[data[at] ?? 0] ?? IS.nothing
          switch (kind) {
            case IS.space:
              break
            case IS.comma:
              if (next !== EXPECTS.commaOrEnd || depth === 0) throw malformed()
              next = isInArray ? EXPECTS.value : EXPECTS.key
              break
            case IS.colon:
              if (next !== EXPECTS.colon) throw malformed()
              next = EXPECTS.value
              break
            case IS.openObject:
            case IS.openArray:
              if (next !== EXPECTS.value && next !== EXPECTS.valueOrEnd) throw malformed()
              if (depth >= MOST_DEPTH) throw invalid('json_too_deep')
              isAtStart = false
              isInArray = kind === IS.openArray
              visitor.open(isInArray)
              arrays[depth] = isInArray ? 1 : 0
              depth += 1
              next = isInArray ? EXPECTS.valueOrEnd : EXPECTS.keyOrEnd
              break
            case IS.closeObject:
            case IS.closeArray:
              if (depth === 0 || isInArray !== (kind === IS.closeArray)) throw malformed()
              if (
                next !== EXPECTS.commaOrEnd &&
                next !== (isInArray ? EXPECTS.valueOrEnd : EXPECTS.keyOrEnd)
              ) {
                throw malformed()
              }
              visitor.close()
              depth -= 1
              isInArray = depth > 0 && arrays[depth - 1] === 1
              if (depth === 0) closedAt = at
              next = EXPECTS.commaOrEnd
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
        }
        if (at >= length) break
        isAtStart = false
        isOpen = true
        hasEscape = false
        isKey = next === EXPECTS.key || next === EXPECTS.keyOrEnd
        if (!isKey) {
          if (next !== EXPECTS.value && next !== EXPECTS.valueOrEnd) throw malformed()
          isWanted = visitor.wants()
        }
        stringStart = at
        at += 1
      }

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
      if (isKey) {
        visitor.key(
          hasEscape
            ? keys.find(parse(data, stringStart, at))
            : keys.read(data, stringStart + 1, at),
        )
        next = EXPECTS.colon
      } else {
        if (isWanted) this.#read(data, stringStart, at, hasEscape, edits)
        next = EXPECTS.commaOrEnd
      }
      at += 1
    }
    this.#depth = depth
    this.#expects = next
    this.#isAtStart = isAtStart
    this.#inString = isOpen
    this.#isKey = isKey
    this.#isWanted = isWanted
    this.#hasEscape = hasEscape
    return { at, stringStart, closedAt }
  }

  /** Lets the visitor see the string of a value from its quote at `start` to the one at `end`. */
  #read(data: Buffer, start: number, end: number, hasEscape: boolean, edits: Edits): void {
    const visitor = this.#visitor
    const length = hasEscape ? undefined : visitor.skim?.(data, start + 1, end)
    if (length === 0) return
    if (length !== undefined) {
      edits.replace(start + 1, start + 1 + length, visitor.prefix ?? NOTHING)
      return
    }
    const value = hasEscape ? parse(data, start, end) : text(data, start + 1, end)
    const rewritten = visitor.rewrite(value)
    if (rewritten !== value) edits.replace(start, end + 1, Buffer.from(JSON.stringify(rewritten)))
  }
}

/** Where a scan of a chunk ended, the string that is open there, and the last end of the text. */
interface Scanned {
  readonly at: number
  readonly stringStart: number
  readonly closedAt: number
}

function indexOrEnd(data: Buffer, byte: number, from: number): number {
  const index = data.indexOf(byte, from)
  return index < 0 ? data.length : index
}

/** Whether a value may begin here, or a number or word go on. */
function isValue(expects: number): boolean {
  return (
    expects === EXPECTS.value || expects === EXPECTS.valueOrEnd || expects === EXPECTS.commaOrEnd
  )
}

/** The same bytes: of a Buffer, parts are found and made strings of for a tenth. */
function asBuffer(bytes: Uint8Array): Buffer {
  return Buffer.isBuffer(bytes)
    ? bytes
    : Buffer.from(bytes.buffer, bytes.byteOffset, bytes.byteLength)
}

function text(data: Buffer, start: number, end: number): string {
  return data.toString('utf8', start, end)
}

function parse(data: Buffer, start: number, end: number): string {
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
