import middy, { type MiddlewareObj } from '@middy/core'
import type { APIGatewayProxyResult } from 'aws-lambda'
import { BrokerError } from '#core/errors.ts'
import type { EventLog } from '#core/event-log.ts'
import type { HttpRequest } from './http-request.ts'
import { logFailure } from './log-failure.ts'

export type HttpResponse = APIGatewayProxyResult
export type HttpHandler = (request: HttpRequest) => Promise<HttpResponse>

/** How a door tells its callers of an error: a page, an RFC 6749 body, an OperationOutcome. */
export type ErrorRenderer = (error: BrokerError, request: HttpRequest) => HttpResponse

/** Wraps a handler in what every door shares: failures logged once, and rendered for its callers. */
export function httpHandler(handle: HttpHandler, log: EventLog, render: ErrorRenderer) {
  return middy<HttpRequest, HttpResponse>().use(errorResponse(log, render)).handler(handle)
}

function errorResponse(
  log: EventLog,
  render: ErrorRenderer,
): MiddlewareObj<HttpRequest, HttpResponse> {
  return {
    onError(request) {
      const error = BrokerError.from(request.error)
      logFailure(log, error, request.event.requestContext.requestId)
      request.response = render(error, request.event)
    },
  }
}
