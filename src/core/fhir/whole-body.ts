/** How a body went. */
export interface BodyEnd {
  /** Bytes that were taken. */
  readonly bytes: number
  /** It was left before its end. */
  readonly isCutOff: boolean
}

const DONE = { done: true, value: undefined } as const

/**
 * A body that is all there. It is given out in one piece, and what is to be done at its end is handed
 * in, so that nobody has to look at each piece as it goes by: most answers are such.
 */
export class WholeBody implements AsyncIterableIterator<Uint8Array, undefined> {
  readonly #bytes: Uint8Array
  readonly #end: (how: BodyEnd) => Promise<void>
  #isTaken = false
  #isOver = false

  /** @param end awaited once, when all was taken and before the reader is told that it was all */
  constructor(bytes: Uint8Array, end: (how: BodyEnd) => Promise<void> = async () => undefined) {
    this.#bytes = bytes
    this.#end = end
  }

  /** The same bytes with another end, which is to do the one that it is given. */
  endedBy(around: (end: (how: BodyEnd) => Promise<void>) => (how: BodyEnd) => Promise<void>) {
    return new WholeBody(this.#bytes, around(this.#end))
  }

  [Symbol.asyncIterator](): this {
    return this
  }

  async next(): Promise<IteratorResult<Uint8Array, undefined>> {
    if (this.#isOver) return DONE
    if (!this.#isTaken) {
      this.#isTaken = true
      return { done: false, value: this.#bytes }
    }
    await this.#over(false)
    return DONE
  }

  async return(): Promise<IteratorResult<Uint8Array, undefined>> {
    if (!this.#isOver) await this.#over(true)
    return DONE
  }

  async #over(isCutOff: boolean): Promise<void> {
    this.#isOver = true
    await this.#end({ bytes: this.#isTaken ? this.#bytes.byteLength : 0, isCutOff })
  }
}
