import type { Readable } from 'node:stream'
import type { OpenBody } from '#core/egress.ts'
import { BrokerError } from '#core/errors.ts'

/**
 * A body that is still coming, as its reader asks for it.
 *
 * @param idleMs counts only while a chunk is waited for: a slow reader is not a silent upstream
 * @param failure what the reader is told when the body breaks off
 */
export function openBody(
  stream: Readable,
  idleMs: number,
  failure: (thrown: unknown) => unknown,
): OpenBody {
  const fallSilent = () => void stream.destroy(new BrokerError('upstream_timeout'))
  let chunks: AsyncIterator<Uint8Array, undefined> | undefined
  const leave = async () => {
    // Nobody is left to be told that it broke off.
    stream.on('error', () => {}).destroy()
    return { done: true, value: undefined } as const
  }
  const iterator: AsyncIterator<Uint8Array, undefined> = {
    async next() {
      chunks ??= stream[Symbol.asyncIterator]()
      const timer = setTimeout(fallSilent, idleMs)
      try {
        return await chunks.next()
      } catch (thrown) {
        throw failure(thrown)
      } finally {
        clearTimeout(timer)
      }
    },
    return: leave,
  }
  return { [Symbol.asyncIterator]: () => iterator, cancel: async () => void (await leave()) }
}
