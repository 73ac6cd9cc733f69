import type { Dispatcher } from 'undici'
import type { OpenBody } from '#core/egress.ts'
import { BrokerError } from '#core/errors.ts'
import { hasContent } from './read-answer.ts'

/** So many bytes are taken in before their reader asks for them; then the upstream waits. */
const MOST_AHEAD_BYTES = 64 * 1024

const DONE = { done: true, value: undefined } as const

type Fields = Readonly<Record<string, string | readonly string[] | undefined>>

/** The head of an answer, the names of its fields in lower case. */
export interface Head {
  readonly status: number
  readonly fields: Fields
}

export interface ReceptionOptions {
  /** Until the head has come. */
  readonly timeoutMs: number
  /** Until a connection stands. */
  readonly connectTimeoutMs: number
  /** Longest silence while a chunk of the body is waited for. */
  readonly idleTimeoutMs: number
  /** What it means to a caller that the exchange broke off. */
  readonly failure: (thrown: unknown, reception: Pick<Reception, 'wasSent' | 'timedOut'>) => unknown
}

/**
 * One request under way: what `undici` tells of it, until its answer is read or let go.
 *
 * Its body is given as its reader asks for it; one `next` at a time. Only a reader that waits is a
 * reason to think the upstream silent.
 */
export class Reception implements Dispatcher.DispatchHandler, AsyncIterator<Uint8Array, undefined> {
  readonly head: Promise<Head>
  /** A connection stood, so the request may have reached the other side. */
  wasSent = false
  timedOut = false
  readonly #options: ReceptionOptions
  #controller: Dispatcher.DispatchController | undefined
  #tellHead!: (head: Head) => void
  #tellFailure!: (thrown: unknown) => void
  readonly #headTimer: NodeJS.Timeout
  #connectTimer: NodeJS.Timeout | undefined
  /** `undefined` before a head, and after it where no content follows. */
  #chunks: Uint8Array[] | undefined
  #aheadBytes = 0
  #end: 'whole' | 'broken' | undefined
  #reason: unknown
  /** Tells who waits that there is news. */
  #wake: (() => void) | undefined

  constructor(options: ReceptionOptions) {
    this.#options = options
    this.head = new Promise((resolve, reject) => {
      this.#tellHead = resolve
      this.#tellFailure = reject
    })
    this.#headTimer = setTimeout(this.#timeOut, options.timeoutMs)
  }

  /** What it means to a caller that the exchange broke off. */
  failure(thrown: unknown): unknown {
    return this.#options.failure(thrown, this)
  }

  /** To be called once the request is handed over: a connection may have to be made for it. */
  awaitConnection(): void {
    if (this.wasSent || this.#end) return
    this.#connectTimer = setTimeout(this.#timeOut, this.#options.connectTimeoutMs)
  }

  /** Breaks the exchange off, and its connection with it, unless it is over. */
  breakOff(reason: Error): void {
    // Without a controller it still waits for a connection, and must not be sent any more.
    if (this.#controller) this.#controller.abort(reason)
    else this.#finish('broken', reason)
  }

  onRequestStart(controller: Dispatcher.DispatchController): void {
    if (this.#end) {
      controller.abort(new Error('given up'))
      return
    }
    this.#controller = controller
    this.wasSent = true
    clearTimeout(this.#connectTimer)
  }

  onResponseStart(controller: Dispatcher.DispatchController, status: number, fields: Fields): void {
    if (status < 200) return
    if (status > 599) {
      controller.abort(new TypeError('no final HTTP status'))
      return
    }
    clearTimeout(this.#headTimer)
    if (hasContent(status)) this.#chunks = []
    this.#tellHead({ status, fields })
  }

  onResponseData(controller: Dispatcher.DispatchController, chunk: Uint8Array): void {
    if (!this.#chunks) return
    this.#chunks.push(chunk)
    this.#aheadBytes += chunk.byteLength
    if (this.#aheadBytes >= MOST_AHEAD_BYTES) controller.pause()
    this.#wake?.()
  }

  onResponseEnd(): void {
    this.#finish('whole')
  }

  onResponseError(_controller: Dispatcher.DispatchController, error: Error): void {
    this.#finish('broken', error)
  }

  /** The content that follows the head; `null` where HTTP allows none. */
  get body(): OpenBody | null {
    return this.#chunks ? this : null
  }

  [Symbol.asyncIterator](): this {
    return this
  }

  /** Lets go of what is still to come. */
  async return(): Promise<IteratorResult<Uint8Array, undefined>> {
    this.breakOff(new Error('let go'))
    return DONE
  }

  async cancel(): Promise<void> {
    await this.return()
  }

  /** The next chunk, when it is there. */
  async next(): Promise<IteratorResult<Uint8Array, undefined>> {
    for (;;) {
      const chunk = this.#chunks?.shift()
      if (chunk) {
        this.#aheadBytes -= chunk.byteLength
        if (this.#controller?.paused && this.#aheadBytes < MOST_AHEAD_BYTES) {
          this.#controller.resume()
        }
        return { done: false, value: chunk }
      }
      if (this.#end === 'whole') return DONE
      if (this.#end === 'broken') throw this.failure(this.#reason)
      await this.#news()
    }
  }

  #news(): Promise<void> {
    const silent = () => this.breakOff(new BrokerError('upstream_timeout'))
    const timer = setTimeout(silent, this.#options.idleTimeoutMs)
    return new Promise((resolve) => {
      this.#wake = () => {
        clearTimeout(timer)
        this.#wake = undefined
        resolve()
      }
    })
  }

  readonly #timeOut = (): void => {
    this.timedOut = true
    this.breakOff(new Error('timed out'))
  }

  #finish(how: 'whole' | 'broken', reason?: unknown): void {
    if (this.#end) return
    this.#end = how
    this.#reason = reason
    clearTimeout(this.#headTimer)
    clearTimeout(this.#connectTimer)
    // Says nothing once the head was told.
    if (how === 'broken') this.#tellFailure(this.failure(reason))
    this.#wake?.()
  }
}
