import { Readable } from 'node:stream'
import middy, { type MiddlewareObj } from '@middy/core'
import { executionModeStreamifyResponse } from '@middy/core/StreamifyResponse'
import type { Context } from 'aws-lambda'
import { BrokerError } from '#core/errors.ts'
import type { EventLog } from '#core/event-log.ts'
import type { ErrorRenderer, HttpResponse } from './http-handler.ts'
import type { HttpRequest } from './http-request.ts'
import { logFailure } from './log-failure.ts'

/** An answer whose body is sent as it comes. */
interface StreamedResponse {
  readonly statusCode: number
  readonly headers: Readonly<Record<string, string>>
  readonly body: AsyncIterable<Uint8Array> | undefined
}

export type StreamingHandler = (request: HttpRequest, context: Context) => Promise<StreamedResponse>

/** What middy's streaming takes: a head, and a body of text or a stream. */
type StreamedResult = Omit<HttpResponse, 'body' | 'isBase64Encoded'> & {
  readonly body: string | Readable
}

/**
 * {@link httpHandler} for answers that stream. A failure before the head is logged and rendered as
 * there. One after it can no longer be told: it is logged, and the body is cut off, so that the
 * caller does not take a part for the whole. The function ends when the body has.
 *
 * Can only be called where Lambda's `awslambda` is.
 */
export function streamingHandler(handle: StreamingHandler, log: EventLog, render: ErrorRenderer) {
  return middy<HttpRequest, StreamedResult>({ executionMode: executionModeStreamifyResponse })
    .use(errorResponse(log, render))
    .handler(async (request, context): Promise<StreamedResult> => {
      const { statusCode, headers, body } = await handle(request, context)
      const { requestId } = request.requestContext
      return {
        statusCode,
        headers: { ...headers },
        body: body ? Readable.from(cutOffLogged(body, log, requestId), { objectMode: false }) : '',
      }
    })
}

function errorResponse(
  log: EventLog,
  render: ErrorRenderer,
): MiddlewareObj<HttpRequest, StreamedResult> {
  return {
    onError(request) {
      const error = BrokerError.from(request.error)
      logFailure(log, error, request.event.requestContext.requestId)
      const { isBase64Encoded: _, ...response } = render(error, request.event)
      request.response = response
    },
  }
}

async function* cutOffLogged(
  body: AsyncIterable<Uint8Array>,
  log: EventLog,
  referenceId: string,
): AsyncGenerator<Uint8Array> {
  try {
    yield* body
  } catch (error) {
    logFailure(log, BrokerError.from(error), referenceId)
    throw error
  }
}
