/** Bytes that something else takes the place of, in their order; the rest is copied once. */
export class Edits {
  readonly #starts: number[] = []
  readonly #ends: number[] = []
  readonly #puts: Uint8Array[] = []
  #growth = 0

  replace(start: number, end: number, put: Uint8Array): void {
    this.#starts.push(start)
    this.#ends.push(end)
    this.#puts.push(put)
    this.#growth += put.length - (end - start)
  }

  /** The bytes up to `until`, with these in place, in a piece or none; not copied if there are none. */
  applied(data: Uint8Array, until: number): readonly Uint8Array[] {
    if (until === 0) return []
    if (this.#puts.length === 0) return [until === data.length ? data : data.subarray(0, until)]
    const result = Buffer.allocUnsafe(until + this.#growth)
    let from = 0
    let at = 0
    for (const [index, put] of this.#puts.entries()) {
      const start = this.#starts[index] ?? 0
      result.set(data.subarray(from, start), at)
      at += start - from
      result.set(put, at)
      at += put.length
      from = this.#ends[index] ?? 0
    }
    result.set(data.subarray(from, until), at)
    return [result]
  }
}
