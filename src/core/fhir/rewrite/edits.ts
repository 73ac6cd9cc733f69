/** Bytes that something else takes the place of, in their order; the rest is copied twice at most. */
export class Edits {
  readonly #starts: number[] = []
  readonly #ends: number[] = []
  readonly #puts: Uint8Array[] = []
  #growth = 0
  #mostGrowth = 0

  replace(start: number, end: number, put: Uint8Array): void {
    this.#starts.push(start)
    this.#ends.push(end)
    this.#puts.push(put)
    this.#growth += put.length - (end - start)
    if (this.#growth > this.#mostGrowth) this.#mostGrowth = this.#growth
  }

  /**
   * The bytes up to `until`, with these in place, in a piece or none; not copied if there are none.
   *
   * They are copied as a whole, so far back that what is moved up never meets what is still to be:
   * to move bytes within a buffer takes a quarter of what it takes to bring a part of another's.
   */
  applied(data: Uint8Array, until: number): readonly Uint8Array[] {
    if (until === 0) return []
    const puts = this.#puts
    const all = until === data.length ? data : data.subarray(0, until)
    if (puts.length === 0) return [all]
    const back = this.#mostGrowth
    const result = Buffer.allocUnsafe(back + until)
    result.set(all, back)
    let from = 0
    let at = 0
    for (let index = 0; index < puts.length; index += 1) {
      const start = this.#starts[index] ?? 0
      const put = puts[index] ?? NOTHING
      result.copyWithin(at, back + from, back + start)
      at += start - from
      result.set(put, at)
      at += put.length
      from = this.#ends[index] ?? 0
    }
    result.copyWithin(at, back + from, back + until)
    return [result.subarray(0, at + until - from)]
  }
}

const NOTHING = new Uint8Array()
