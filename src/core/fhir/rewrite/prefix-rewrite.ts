/** What can be told of an address from its bytes, so that no string is made of it. */
export interface PrefixRewrite {
  /** What takes the place of the value's first bytes. */
  readonly by: Uint8Array
  /** How many bytes that is; 0 for none; `undefined` where the value has to be read. */
  lengthIn(data: Uint8Array, start: number, end: number): number | undefined
}

/** Up to here, white space and control characters, which a reader of addresses may overlook. */
const SPACE = 0x20
const DOT = 0x2e
const SLASH = 0x2f
const UPPER_H = 0x48
const LOWER_H = 0x68

/** The bytes of types, ids, versions and the slashes between them. */
const PLAIN = new Uint8Array(256)
for (const byte of Buffer.from(
  'ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-_./',
)) {
  PLAIN[byte] = 1
}

/**
 * For addresses, of which those on `from` are on `to` afterwards. Most are `from`, a type and an id,
 * in which nothing could mean anything else; and what does not begin as `http` does is relative, or
 * another scheme's, and stays. Whatever else there is has to be read.
 *
 * @param from the base with its final slash, as a URL parser writes it
 */
export function prefixRewrite(from: string, to: string): PrefixRewrite {
  const prefix = Buffer.from(from)
  return {
    // As it stands within a string of JSON.
    by: Buffer.from(JSON.stringify(to).slice(1, -1)),
    lengthIn(data, start, end) {
      const first = data[start] ?? 0
      if (first > SPACE && first < 0x80 && first !== LOWER_H && first !== UPPER_H) return 0
      if (end - start <= prefix.length) return undefined
      for (let index = 0; index < prefix.length; index += 1) {
        if (data[start + index] !== prefix[index]) return undefined
      }
      let isAfterSlash = true
      for (let at = start + prefix.length; at < end; at += 1) {
        const byte = data[at] ?? 0
        // A segment of dots would be taken away by whoever reads it as an address.
        if (PLAIN[byte] === 0 || (isAfterSlash && (byte === DOT || byte === SLASH))) {
          return undefined
        }
        isAfterSlash = byte === SLASH
      }
      return prefix.length
    },
  }
}
