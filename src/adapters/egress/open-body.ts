import type { IncomingMessage } from 'node:http'
import type { Readable } from 'node:stream'
import type { OpenBody } from '#core/egress.ts'
import { BrokerError } from '#core/errors.ts'

const DONE = { done: true, value: undefined } as const

/**
 * A body that is still coming, as its reader asks for it; one `next` at a time.
 *
 * What is there already is given at once: most answers are whole by the time that their head is read,
 * and the stream's own iterator and a limit of time would cost more than they do.
 *
 * @param idleMs counts only while a chunk is waited for: a slow reader is not a silent upstream
 * @param failure what the reader is told when the body breaks off
 */
export function openBody(
  stream: Readable & Partial<Pick<IncomingMessage, 'complete'>>,
  idleMs: number,
  failure: (thrown: unknown) => unknown,
): OpenBody {
  let end: 'whole' | 'broken' | undefined
  let reason: unknown
  /** Tells who waits that there is news. */
  let wake: (() => void) | undefined
  let timer: NodeJS.Timeout | undefined
  let isWatched = false

  const finish = (how: 'whole' | 'broken', why?: unknown) => {
    if (end) return
    end = how
    reason = why
    wake?.()
  }
  stream.on('error', (error) => finish('broken', error))
  stream.on('end', () => finish('whole'))
  stream.on('close', () => finish('broken'))

  const news = () =>
    new Promise<void>((resolve) => {
      wake = () => {
        clearTimeout(timer)
        wake = undefined
        resolve()
      }
      // The end of a message that was received whole is a turn away.
      if (stream.complete === true && stream.readableLength === 0) return
      timer = setTimeout(() => stream.destroy(new BrokerError('upstream_timeout')), idleMs)
      if (isWatched) return
      isWatched = true
      stream.on('readable', () => wake?.())
    })

  const next = async (): Promise<IteratorResult<Uint8Array, undefined>> => {
    for (;;) {
      const chunk: Uint8Array | null = stream.destroyed ? null : stream.read()
      if (chunk !== null) return { done: false, value: chunk }
      if (end === 'whole' || stream.readableEnded) return DONE
      // It may have broken off before anybody listened.
      if (end === 'broken' || stream.destroyed) throw failure(reason ?? stream.errored)
      await news()
    }
  }
  const leave = async () => {
    // Nobody is left to be told that it broke off.
    stream.destroy()
    return DONE
  }
  const iterator: AsyncIterator<Uint8Array, undefined> = { next, return: leave }
  return { [Symbol.asyncIterator]: () => iterator, cancel: async () => void (await leave()) }
}
