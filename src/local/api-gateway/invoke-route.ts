import type { Readable } from 'node:stream'
import type { StreamResult } from '#local/lambda/execution-environment.ts'
import type { GatewayFailure } from './gateway-responses.ts'
import { type ApiAnswer, proxyAnswer, streamedHead } from './proxy-answer.ts'
import type { Route } from './routes.ts'
import { takeMetadata } from './stream-head.ts'

/** What a function's answer comes to for API Gateway. */
export type AnswerOfFunction =
  | { readonly kind: 'answer'; readonly head: Omit<ApiAnswer, 'body'>; readonly body: Buffer }
  | {
      readonly kind: 'stream'
      readonly head: Omit<ApiAnswer, 'body'>
      readonly body: Readable
      /** Whether the body ended before its time; known when it has ended. */
      isBroken(): boolean
    }
  | { readonly kind: 'failure'; readonly failure: GatewayFailure }

/** Lambda takes and gives this many bytes in one invocation. */
const MAX_PAYLOAD_BYTES = 6_291_556

/**
 * Has a route's function answer, within the integration's time-out. A function that takes longer is
 * not told: it runs on.
 */
export async function invokeRoute(
  route: Route,
  payload: string,
  isBinary: (mediaType: string) => boolean,
): Promise<AnswerOfFunction> {
  if (Buffer.byteLength(payload) > MAX_PAYLOAD_BYTES) return failure('REQUEST_TOO_LARGE')

  let timer: NodeJS.Timeout | undefined
  const timeout = new Promise<AnswerOfFunction>((resolve) => {
    timer = setTimeout(() => resolve(failure('INTEGRATION_TIMEOUT')), route.timeoutMs)
  })
  const result = await Promise.race([answer(route, payload, isBinary), timeout])
  if (result.kind === 'stream') {
    // The rest of the time-out is the body's.
    const { body } = result
    const expire = setTimeout(() => body.destroy(new Error('timed out')), route.timeoutMs)
    body.once('close', () => clearTimeout(expire))
  }
  clearTimeout(timer)
  return result
}

async function answer(
  { lambda, streaming }: Route,
  payload: string,
  isBinary: (mediaType: string) => boolean,
): Promise<AnswerOfFunction> {
  const result = await lambda.invoke(payload)
  if (result.kind === 'throttled') return failure('API_CONFIGURATION_ERROR')
  if (result.kind === 'error') return failure('DEFAULT_5XX')

  if (result.kind === 'stream') {
    if (!streaming) {
      // What such a function gives to a buffered integration is no answer of the proxy's form.
      result.stream.resume()
      return failure('DEFAULT_5XX')
    }
    return streamed(result)
  }
  if (streaming || Buffer.byteLength(result.payload) > MAX_PAYLOAD_BYTES) {
    return failure('DEFAULT_5XX')
  }
  const parsed = proxyAnswer(result.payload, isBinary)
  return parsed ? { kind: 'answer', head: parsed, body: parsed.body } : failure('DEFAULT_5XX')
}

async function streamed({ stream, failure: reason }: StreamResult): Promise<AnswerOfFunction> {
  const metadata = await takeMetadata(stream)
  const head = metadata === undefined ? undefined : streamedHead(metadata)
  if (head) {
    return { kind: 'stream', head, body: stream, isBroken: () => reason() !== undefined }
  }
  stream.resume()
  return failure('DEFAULT_5XX')
}

function failure(reason: GatewayFailure): AnswerOfFunction {
  return { kind: 'failure', failure: reason }
}
