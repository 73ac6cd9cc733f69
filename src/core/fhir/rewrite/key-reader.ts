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
  const byLength: (readonly Candidate[] | undefined)[] = []
  for (const name of names) {
    const bytes = Buffer.from(name)
    byLength[bytes.length] = [...(byLength[bytes.length] ?? []), { name, bytes }]
  }
  return {
    read(data, start, end) {
      const candidates = byLength[end - start]
      if (candidates === undefined) return undefined
      for (const { name, bytes } of candidates) {
        let at = 0
        while (at < bytes.length && bytes[at] === data[start + at]) at += 1
        if (at === bytes.length) return name
      }
      return undefined
    },
    find: (key) => (names.includes(key) ? key : undefined),
  }
}
