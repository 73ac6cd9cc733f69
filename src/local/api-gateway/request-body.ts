import type { IncomingMessage } from 'node:http'

/** The most that a REST API takes. */
const MAX_BYTES = 10 * 1024 * 1024

/** The whole body; `undefined` if it is too large, after reading past it. */
export async function readRequestBody(request: IncomingMessage): Promise<Buffer | undefined> {
  const chunks: Buffer[] = []
  let length = 0
  for await (const chunk of request) {
    length += chunk.length
    if (length <= MAX_BYTES) chunks.push(chunk)
  }
  return length <= MAX_BYTES ? Buffer.concat(chunks) : undefined
}
