import type { IncomingMessage } from 'node:http'
import { pipeline, type Readable, type Transform } from 'node:stream'
import { createBrotliDecompress, createGunzip, createInflate } from 'node:zlib'
import { BrokerError } from '#core/errors.ts'

const DECODERS: ReadonlyMap<string, () => Transform> = new Map<string, () => Transform>([
  ['gzip', createGunzip],
  ['x-gzip', createGunzip],
  ['deflate', createInflate],
  ['br', createBrotliDecompress],
])

/**
 * Whether content follows the head; HTTP allows none after 204, 205 and 304.
 *
 * @throws TypeError when the status is not one that ends an exchange
 */
export function hasBody(message: IncomingMessage): boolean {
  const status = message.statusCode ?? 0
  if (status < 200 || status > 599) throw new TypeError('no final HTTP status')
  if (hasContent(status)) return true
  message.resume()
  return false
}

/** Whether HTTP allows content after a final status. */
export function hasContent(status: number): boolean {
  return status !== 204 && status !== 205 && status !== 304
}

/**
 * The content, a coding undone: we ask for none, but some servers use one all the same. What the
 * head says of coding and length is no longer true then.
 */
export function plainBody(message: IncomingMessage): {
  readonly body: Readable
  readonly isDecoded: boolean
} {
  const decoder = decoderOf(message.headers['content-encoding'])
  if (!decoder) return { body: message, isDecoded: false }
  // The failure reaches whoever reads the decoder; there is nothing else to do with it here.
  pipeline(message, decoder, () => undefined)
  return { body: decoder, isDecoded: true }
}

/** What undoes a content coding by its name; `undefined` for none, and for one that nobody knows. */
export function decoderOf(coding: string | undefined): Transform | undefined {
  return DECODERS.get(coding?.trim().toLowerCase() ?? '')?.()
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
