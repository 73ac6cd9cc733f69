import { BrokerError } from '#core/errors.ts'

/** What is looked for in a JSON text: members of objects, items of arrays, and at the end strings. */
export type Shape =
  | ((value: string) => string)
  | readonly [Shape]
  | { readonly [key: string]: Shape }

/** What a string is where it begins: a key, a value that is looked for, or neither. */
export type StringRole = 'key' | ((value: string) => string) | undefined

/** Follows a JSON text from byte to byte as far as a shape reaches; what is outside is counted. */
export interface JsonPosition {
  /** Takes a byte that is not within a string. */
  step(byte: number): void
  beginString(): StringRole
  endKey(key: string | undefined): void
  endValue(): void
  /** Whether the text has ended as it may: with its one value, or before it began. */
  isComplete(): boolean
}

interface Frame {
  readonly container: 'root' | 'object' | 'array'
  readonly shape: Shape
  expects: 'key' | 'colon' | 'value' | 'comma'
  /** What is looked for in the value that comes next. */
  next: Shape | undefined
}

/** The start of a text may have a byte order mark, which is no white space of JSON's. */
const BYTE_ORDER_MARK: readonly number[] = [0xef, 0xbb, 0xbf]
const WHITE_SPACE: readonly number[] = [0x09, 0x0a, 0x0d, 0x20]

/**
 * A position at the start of a text. Its memory is the shape's depth: containers that no shape
 * reaches are a number.
 *
 * Strict about what tells strings apart (commas, colons, brackets, bytes that JSON has outside
 * strings) and lax about the rest, such as the spelling of numbers: that changes no string.
 *
 * @throws BrokerError `upstream_answer_invalid` from {@link JsonPosition.step} and the others
 */
export function jsonPosition(shape: Shape): JsonPosition {
  const frames: Frame[] = [{ container: 'root', shape, expects: 'value', next: shape }]
  let outsideDepth = 0

  const current = () => {
    const frame = frames.at(-1)
    if (!frame) throw notJson()
    return frame
  }
  const expect = (wanted: boolean) => {
    if (!wanted) throw notJson()
  }

  function open(container: 'object' | 'array') {
    if (outsideDepth > 0) {
      outsideDepth += 1
      return
    }
    const frame = current()
    expect(frame.expects === 'value')
    const inner = shapeWithin(frame.next, container)
    if (!inner) outsideDepth = 1
    else if (container === 'object') {
      frames.push({ container, shape: inner, expects: 'key', next: undefined })
    } else {
      frames.push({ container, shape: inner, expects: 'value', next: itemOf(inner) })
    }
  }

  function close(container: 'object' | 'array') {
    if (outsideDepth > 0) outsideDepth -= 1
    else expect(frames.pop()?.container === container)
    if (outsideDepth === 0) current().expects = 'comma'
  }

  function comma() {
    const frame = current()
    expect(frame.expects === 'comma' && frame.container !== 'root')
    frame.expects = frame.container === 'object' ? 'key' : 'value'
  }

  function colon() {
    const frame = current()
    expect(frame.expects === 'colon')
    frame.expects = 'value'
  }

  return {
    step(byte) {
      switch (byte) {
        case 0x7b:
          return open('object')
        case 0x5b:
          return open('array')
        case 0x7d:
          return close('object')
        case 0x5d:
          return close('array')
      }
      if (WHITE_SPACE.includes(byte)) return
      if (outsideDepth > 0) return expect(byte === 0x2c || byte === 0x3a || isLiteral(byte))
      if (byte === 0x2c) return comma()
      if (byte === 0x3a) return colon()

      const frame = current()
      if (isLiteral(byte)) {
        expect(frame.expects === 'value' || frame.expects === 'comma')
        frame.expects = 'comma'
      } else {
        expect(frame.container === 'root' && BYTE_ORDER_MARK.includes(byte))
      }
    },

    beginString() {
      if (outsideDepth > 0) return undefined
      const { expects, next } = current()
      if (expects === 'key') return 'key'
      expect(expects === 'value')
      return typeof next === 'function' ? next : undefined
    },

    endKey(key) {
      const frame = current()
      frame.expects = 'colon'
      frame.next = key === undefined ? undefined : memberOf(frame.shape, key)
    },

    endValue() {
      if (outsideDepth === 0) current().expects = 'comma'
    },

    isComplete() {
      const [root, ...open] = frames
      return root !== undefined && open.length === 0 && outsideDepth === 0
    },
  }
}

function shapeWithin(shape: Shape | undefined, container: 'object' | 'array'): Shape | undefined {
  if (shape === undefined || typeof shape === 'function') return undefined
  return Array.isArray(shape) === (container === 'array') ? shape : undefined
}

function itemOf(shape: Shape): Shape | undefined {
  return Array.isArray(shape) ? shape[0] : undefined
}

function memberOf(shape: Shape, key: string): Shape | undefined {
  if (typeof shape === 'function' || Array.isArray(shape) || !Object.hasOwn(shape, key)) {
    return undefined
  }
  return (shape as { readonly [key: string]: Shape })[key]
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

function notJson(): BrokerError {
  return new BrokerError('upstream_answer_invalid', { detail: { reason: 'json_malformed' } })
}
