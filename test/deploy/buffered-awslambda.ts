import { Readable } from 'node:stream'
import { takeMetadata } from '../../src/local/api-gateway/stream-head.ts'
import {
  HttpResponseStream,
  type ResponseStream,
  responseStream,
} from '../../src/local/lambda/response-stream.ts'

type StreamingHandler = (event: unknown, stream: ResponseStream, context: unknown) => Promise<void>

/**
 * `awslambda` for an emulator that has none: what a handler streams is kept until it ends, and
 * answered at once, as the proxy integration has buffered answers.
 */
function streamifyResponse(handler: StreamingHandler) {
  return async (event: unknown, context: unknown) => {
    const chunks: Uint8Array[] = []
    const stream = responseStream(async (chunk) => {
      chunks.push(chunk)
    })
    const finished = new Promise((resolve, reject) => {
      stream.once('finish', resolve).once('error', reject)
    })
    await handler(event, stream, context)
    await finished

    const answer = Readable.from([Buffer.concat(chunks)], { objectMode: false })
    const head = JSON.parse((await takeMetadata(answer)) ?? '{}')
    const body = Buffer.concat(await answer.toArray())
    return { ...head, body: body.toString('base64'), isBase64Encoded: true }
  }
}

Object.assign(globalThis, { awslambda: { streamifyResponse, HttpResponseStream } })
