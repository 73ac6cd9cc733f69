import type { IncomingMessage } from 'node:http'
import { pipeline, type Readable } from 'node:stream'
import { createBrotliDecompress, createGunzip, createInflate } from 'node:zlib'
import { BrokerError } from '#core/errors.ts'

const DECODERS = new Map([
  ['gzip', createGunzip],
  ['x-gzip', createGunzip],
  ['deflate', createInflate],
  ['br', createBrotliDecompress],
])

/** The head of an answer, and the bytes that follow it, decoded. */
export interface Answer {
  readonly status: number
  readonly headers: Headers
  /** Absent where HTTP allows none (204, 205, 304). */
  readonly body?: Readable
}

/**
 * An answer as `fetch` would show it: every header line kept, a content coding undone. We ask for no
 * coding, but some servers use one all the same. With `isOpaque` it is left as it came.
 *
 * @throws TypeError when the head is not one that HTTP allows
 */
export function readAnswer(
  message: IncomingMessage,
  { isOpaque = false }: { readonly isOpaque?: boolean } = {},
): Answer {
  const status = message.statusCode ?? 0
  if (status < 200 || status > 599) throw new TypeError('no final HTTP status')

  const headers = new Headers()
  for (let i = 0; i + 1 < message.rawHeaders.length; i += 2) {
    headers.append(message.rawHeaders[i] ?? '', message.rawHeaders[i + 1] ?? '')
  }
  if ([204, 205, 304].includes(status)) {
    message.resume()
    return { status, headers }
  }

  const coding = headers.get('content-encoding')?.trim().toLowerCase() ?? ''
  const decoder = isOpaque ? undefined : DECODERS.get(coding)?.()
  if (!decoder) return { status, headers, body: message }

  headers.delete('content-encoding')
  headers.delete('content-length')
  // The failure reaches whoever reads the decoder; there is nothing else to do with it here.
  pipeline(message, decoder, () => undefined)
  return { status, headers, body: decoder }
}

/**
 * The whole body.
 *
 * @throws BrokerError `upstream_too_large` past `maxBytes`, counted after decoding
 */
export async function readWhole(body: Readable, maxBytes: number): Promise<Uint8Array> {
  const chunks: Buffer[] = []
  let size = 0
  for await (const chunk of body) {
    size += chunk.length
    // Leaving the loop destroys the stream, and the connection with it.
    if (size > maxBytes) throw new BrokerError('upstream_too_large')
    chunks.push(chunk)
  }
  return Buffer.concat(chunks)
}

/**
 * The body's chunks as their reader asks for them. The idle limit counts only while a chunk is
 * waited for: a slow reader is not a silent upstream.
 *
 * @param failure what the reader is told when the body breaks off
 */
export async function* readChunks(
  body: Readable,
  idleMs: number,
  failure: (thrown: unknown) => unknown,
): AsyncGenerator<Uint8Array> {
  const watch = () => setTimeout(() => body.destroy(new BrokerError('upstream_timeout')), idleMs)
  let timer = watch()
  try {
    for await (const chunk of body) {
      clearTimeout(timer)
      yield chunk
      timer = watch()
    }
  } catch (error) {
    throw failure(error)
  } finally {
    clearTimeout(timer)
  }
}
