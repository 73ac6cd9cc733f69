import type { Readable } from 'node:stream'
import type { OpenBody } from '#core/egress.ts'
import { readChunks } from './read-answer.ts'

/** A body that is still coming; see {@link readChunks}. */
export function openBody(
  body: Readable,
  idleMs: number,
  failure: (thrown: unknown) => unknown,
): OpenBody {
  return {
    [Symbol.asyncIterator]: () => readChunks(body, idleMs, failure),
    async cancel() {
      body.on('error', () => {}).destroy()
    },
  }
}
