import { BrokerError } from '#core/errors.ts'
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

/** Takes a text in chunks, and gives it out rewritten, in pieces. */
export interface JsonScanner {
  push(chunk: Uint8Array): readonly Uint8Array[]
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
const COMMA = 0x2c
const COLON = 0x3a
const OPEN_OBJECT = 0x7b
const CLOSE_OBJECT = 0x7d
const OPEN_ARRAY = 0x5b
const CLOSE_ARRAY = 0x5d

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
  /** For each open container, whether it is an array. */
  const containers: boolean[] = []
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

  function open(isArray: boolean) {
    if (expects !== EXPECTS.value && expects !== EXPECTS.valueOrEnd) throw malformed()
    if (containers.length >= MOST_DEPTH) throw invalid('json_too_deep')
    visitor.open(isArray)
    containers.push(isArray)
    expects = isArray ? EXPECTS.valueOrEnd : EXPECTS.keyOrEnd
  }

  function close(isArray: boolean) {
    const may =
      expects === EXPECTS.commaOrEnd ||
      expects === (isArray ? EXPECTS.valueOrEnd : EXPECTS.keyOrEnd)
    if (!may || containers.pop() !== isArray) throw malformed()
    visitor.close()
    expects = EXPECTS.commaOrEnd
  }

  /** Takes a byte outside strings that is no quote. */
  function step(byte: number) {
    switch (byte) {
      case 0x20:
      case 0x0a:
      case 0x0d:
      case 0x09:
        return
      case COMMA:
        if (expects !== EXPECTS.commaOrEnd || containers.length === 0) throw malformed()
        expects = containers.at(-1) ? EXPECTS.value : EXPECTS.key
        return
      case COLON:
        if (expects !== EXPECTS.colon) throw malformed()
        expects = EXPECTS.value
        return
      case OPEN_OBJECT:
        return open(false)
      case OPEN_ARRAY:
        return open(true)
      case CLOSE_OBJECT:
        return close(false)
      case CLOSE_ARRAY:
        return close(true)
    }
    // The start of a text may have a byte order mark, which is no white space of JSON's.
    if (isAtStart && (byte === 0xef || byte === 0xbb || byte === 0xbf)) return
    if (!isLiteral(byte) || !isValue(expects)) throw malformed()
    isAtStart = false
    expects = EXPECTS.commaOrEnd
  }

  function beginString() {
    inString = true
    hasEscape = false
    if (expects === EXPECTS.key || expects === EXPECTS.keyOrEnd) reader = true
    else if (expects === EXPECTS.value || expects === EXPECTS.valueOrEnd) reader = visitor.string()
    else throw malformed()
  }

  /**
   * Ends the string that begins at `start` with its quote; gives out what comes before bytes that
   * something else takes the place of, and that.
   *
   * @param from where the bytes begin that were not given out yet
   * @returns the same, afterwards
   */
  function endString(
    data: Uint8Array,
    from: number,
    start: number,
    end: number,
    output: Uint8Array[],
  ): number {
    inString = false
    if (reader === true) {
      expects = EXPECTS.colon
      const escaped = hasEscape ? parse(data, start, end) : undefined
      visitor.key(escaped === undefined ? keys.read(data, start + 1, end) : keys.find(escaped))
      return from
    }
    expects = EXPECTS.commaOrEnd
    if (!reader) return from
    const { prefix } = reader
    const length = hasEscape ? undefined : prefix?.lengthIn(data, start + 1, end)
    if (length === 0) return from
    if (prefix && length !== undefined) {
      output.push(data.subarray(from, start + 1), prefix.by)
      return start + 1 + length
    }
    const value = hasEscape ? parse(data, start, end) : text(data, start + 1, end)
    const rewritten = reader(value)
    if (rewritten === value) return from
    output.push(data.subarray(from, start), Buffer.from(JSON.stringify(rewritten)))
    return end + 1
  }

  return {
    push(chunk) {
      const data = held.byteLength > 0 ? Buffer.concat([held, chunk]) : chunk
      const output: Uint8Array[] = []
      /** Start of what has not been given out. */
      let from = 0
      let stringStart = 0
      let closedAt = held.byteLength > 0 && !inString ? 0 : -1
      let at = resumeAt
      /** Where the next backslash is, as far as was looked. */
      let nextEscape = -1

      while (at < data.length) {
        if (!inString) {
          const byte = data[at] ?? 0
          if (byte === QUOTE) {
            isAtStart = false
            stringStart = at
            beginString()
          } else {
            step(byte)
            if (isAtStart && containers.length > 0) isAtStart = false
            if (containers.length === 0 && (byte === CLOSE_OBJECT || byte === CLOSE_ARRAY)) {
              closedAt = at
            }
          }
          at += 1
          continue
        }
        const near = Math.min(data.length, at + SHORT_BYTES)
        while (at < near && data[at] !== QUOTE && data[at] !== BACKSLASH) at += 1
        while (at < data.length && data[at] !== QUOTE) {
          if (nextEscape < at) nextEscape = indexOrEnd(data, BACKSLASH, at)
          const quote = indexOrEnd(data, QUOTE, at)
          if (quote < nextEscape) at = quote
          else if (nextEscape >= data.length) at = data.length
          else {
            hasEscape = true
            at = nextEscape + 2
          }
        }
        if (at >= data.length) break
        from = endString(data, from, stringStart, at, output)
        at += 1
      }

      let until = data.length
      if (inString && reader) until = stringStart
      else if (closedAt >= 0) until = closedAt
      if (data.length - until > MOST_BYTES) throw invalid('string_too_long')
      resumeAt = at - until
      held = until < data.length ? Uint8Array.prototype.slice.call(data, until) : NOTHING
      if (from < until) output.push(data.subarray(from, until))
      return output
    },

    end() {
      if (inString || containers.length > 0) throw invalid('json_ends_early')
      return held
    },
  }
}

function indexOrEnd(data: Uint8Array, byte: number, from: number): number {
  const index = data.indexOf(byte, from)
  return index < 0 ? data.length : index
}

/** Answers a key by its name if it is one of a list, without making a string of any other. */
export interface KeyReader {
  read(data: Uint8Array, start: number, end: number): string | undefined
  find(key: string): string | undefined
}

export function keyReader(names: readonly string[]): KeyReader {
  const byLength: (readonly (readonly [string, Uint8Array])[] | undefined)[] = []
  for (const name of names) {
    byLength[name.length] = [...(byLength[name.length] ?? []), [name, Buffer.from(name)]]
  }
  const read = (data: Uint8Array, start: number, end: number): string | undefined => {
    const candidates = byLength[end - start]
    if (candidates === undefined) return undefined
    next: for (const [name, bytes] of candidates) {
      for (let index = 0; index < bytes.length; index += 1) {
        if (bytes[index] !== data[start + index]) continue next
      }
      return name
    }
    return undefined
  }
  return { read, find: (key) => (names.includes(key) ? key : undefined) }
}

/** Whether a value may begin here, or a number or word go on. */
function isValue(expects: number): boolean {
  return (
    expects === EXPECTS.value || expects === EXPECTS.valueOrEnd || expects === EXPECTS.commaOrEnd
  )
}

/** The bytes of numbers, `true`, `false` and `null`. */
function isLiteral(byte: number): boolean {
  return (
    (byte >= 0x61 && byte <= 0x7a) ||
    (byte >= 0x30 && byte <= 0x39) ||
    (byte >= 0x41 && byte <= 0x5a) ||
    byte === 0x2b ||
    byte === 0x2d ||
    byte === 0x2e
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
