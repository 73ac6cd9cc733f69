/** Answers a key by its name if it is one of a list, without making a string of any other. */
export interface KeyReader {
  read(data: Uint8Array, start: number, end: number): string | undefined
  find(key: string): string | undefined
}

interface Candidate {
  readonly name: string
  readonly bytes: Uint8Array
}

export function keyReader(names: readonly string[]): KeyReader {
  const longest = Math.max(...names.map((name) => Buffer.byteLength(name)))
  /** Where in `candidates` those stand that are so long and begin so; 0 for none. */
  const places = new Uint8Array((longest + 1) * 256)
  const candidates: Candidate[][] = [[]]
  for (const name of new Set(names)) {
    const bytes = Buffer.from(name)
    const at = bytes.length * 256 + (bytes[0] ?? 0)
    if (places[at] === 0) places[at] = candidates.push([]) - 1
    candidates[places[at] ?? 0]?.push({ name, bytes })
  }
  return {
    read(data, start, end) {
      const length = end - start
      const place = length > longest ? 0 : (places[length * 256 + (data[start] ?? 0)] ?? 0)
      if (place === 0) return undefined
      for (const { name, bytes } of candidates[place] ?? []) {
        let at = 1
        while (at < length && bytes[at] === data[start + at]) at += 1
        if (at === length) return name
      }
      return undefined
    },
    find: (key) => (names.includes(key) ? key : undefined),
  }
}
