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

/**
 * Whether content follows the head; HTTP allows none after 204, 205 and 304.
 *
 * @throws TypeError when the status is not one that ends an exchange
 */
export function hasBody(message: IncomingMessage): boolean {
  const status = message.statusCode ?? 0
  if (status < 200 || status > 599) throw new TypeError('no final HTTP status')
  if (![204, 205, 304].includes(status)) return true
  message.resume()
  return false
}

/**
 * The content, a coding undone: we ask for none, but some servers use one all the same. What the
 * head says of coding and length is no longer true then.
 */
export function plainBody(message: IncomingMessage): {
  readonly body: Readable
  readonly isDecoded: boolean
} {
  const coding = message.headers['content-encoding']?.trim().toLowerCase() ?? ''
  const decoder = DECODERS.get(coding)?.()
  if (!decoder) return { body: message, isDecoded: false }
  // The failure reaches whoever reads the decoder; there is nothing else to do with it here.
  pipeline(message, decoder, () => undefined)
  return { body: decoder, isDecoded: true }
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
