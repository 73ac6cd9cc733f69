import type { ServerResponse } from 'node:http'
import type { AnswerOfFunction } from './invoke-route.ts'
import type { ApiAnswer } from './proxy-answer.ts'
import type { RequestHead } from './read-request.ts'

type StreamAnswer = Extract<AnswerOfFunction, { kind: 'stream' }>

/** Sends an answer that is all there. */
export function sendAnswer(
  response: ServerResponse,
  { status, headers, body }: ApiAnswer,
  request: RequestHead,
): void {
  setHead(response, status, headers, request)
  if (!mayHaveBody(request, status)) {
    response.end()
    return
  }
  response.setHeader('Content-Length', body.length)
  response.end(body)
}

/**
 * Sends an answer as it comes, no faster than the client takes it, and counts its bytes.
 *
 * A stream that fails breaks the connection: the status is out already. A client that goes away is
 * not told to the function, which writes on into nothing.
 */
export function sendStream(
  response: ServerResponse,
  { head: { status, headers }, body, isBroken }: StreamAnswer,
  request: RequestHead,
  onLength: (bytes: number) => void,
): void {
  setHead(response, status, headers, request)
  if (!mayHaveBody(request, status)) {
    response.end()
    body.resume()
    return
  }
  response.flushHeaders()
  let length = 0
  body.on('data', (chunk: Buffer) => {
    length += chunk.length
    onLength(length)
  })
  body.pipe(response, { end: false })
  body.once('end', () => {
    if (!isBroken()) response.end()
    // After what was written before the failure has gone out.
    else setImmediate(() => response.socket?.destroySoon())
  })
  body.once('error', () => response.destroy())
  response.once('close', () => {
    body.unpipe(response)
    body.resume()
  })
}

function setHead(
  response: ServerResponse,
  status: number,
  headers: ApiAnswer['headers'],
  ids: RequestHead,
): void {
  response.statusCode = status
  for (const [name, value] of headers) response.appendHeader(name, value)
  response.setHeader('x-amzn-RequestId', ids.requestId)
  response.setHeader('x-amz-apigw-id', ids.extendedRequestId)
  response.setHeader('X-Amzn-Trace-Id', ids.traceId)
}

function mayHaveBody({ method }: RequestHead, status: number): boolean {
  return method !== 'HEAD' && status !== 204 && status !== 304
}
