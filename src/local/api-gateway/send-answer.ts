import type { ServerResponse } from 'node:http'
import type { Readable } from 'node:stream'
import type { ApiAnswer } from './proxy-answer.ts'
import type { ApiRequest } from './proxy-event.ts'

type Ids = Pick<ApiRequest, 'requestId' | 'extendedRequestId' | 'traceId'>

/** Sends an answer that is all there. */
export function sendAnswer(
  response: ServerResponse,
  { status, headers, body }: ApiAnswer,
  method: string,
  ids: Ids,
): void {
  setHead(response, status, headers, ids)
  if (mayHaveBody(method, status)) response.setHeader('Content-Length', body.length)
  response.end(mayHaveBody(method, status) ? body : undefined)
}

/**
 * Sends an answer as it comes, no faster than the client takes it; what is returned tells how many
 * bytes went out.
 *
 * A stream that fails breaks the connection: the status is out already. A client that goes away is
 * not told to the function, which writes on into nothing.
 */
export function sendStream(
  response: ServerResponse,
  { status, headers }: Omit<ApiAnswer, 'body'>,
  body: Readable,
  method: string,
  ids: Ids,
): () => number {
  setHead(response, status, headers, ids)
  let length = 0
  if (!mayHaveBody(method, status)) {
    response.end()
    body.resume()
    return () => length
  }
  response.flushHeaders()
  body.on('data', (chunk: Buffer) => {
    length += chunk.length
  })
  body.pipe(response)
  body.once('error', () => response.destroy())
  response.once('close', () => {
    body.unpipe(response)
    body.resume()
  })
  return () => length
}

function setHead(
  response: ServerResponse,
  status: number,
  headers: ApiAnswer['headers'],
  ids: Ids,
): void {
  response.statusCode = status
  for (const [name, value] of headers) response.appendHeader(name, value)
  response.setHeader('x-amzn-RequestId', ids.requestId)
  response.setHeader('x-amz-apigw-id', ids.extendedRequestId)
  response.setHeader('X-Amzn-Trace-Id', ids.traceId)
}

function mayHaveBody(method: string, status: number): boolean {
  return method !== 'HEAD' && status !== 204 && status !== 304
}
