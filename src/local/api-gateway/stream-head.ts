import type { Readable } from 'node:stream'

/** API Gateway looks for the end of the metadata this far. */
const MAX_METADATA_BYTES = 16 * 1024
const DELIMITER = Buffer.alloc(8)

/**
 * Takes the metadata off the front of a streamed answer and leaves the body in the stream.
 *
 * `undefined` if the stream ends or goes on too long without the eight zero bytes.
 *
 * @see [Streamed responses](https://docs.aws.amazon.com/apigateway/latest/developerguide/response-transfer-mode-lambda.html)
 */
export async function takeMetadata(stream: Readable): Promise<string | undefined> {
  let read = Buffer.alloc(0)
  for await (const chunk of stream.iterator({ destroyOnReturn: false })) {
    read = Buffer.concat([read, chunk])
    const end = read.indexOf(DELIMITER)
    if (end >= 0) {
      const rest = read.subarray(end + DELIMITER.length)
      if (rest.length > 0) stream.unshift(rest)
      return read.toString('utf8', 0, end)
    }
    if (read.length > MAX_METADATA_BYTES) return undefined
  }
  return undefined
}
