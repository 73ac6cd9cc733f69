import { BrokerError } from '#core/errors.ts'
import { SESSION_HEADER } from '#core/session/named-session.ts'
import {
  describeSession,
  endSession,
  type SessionDoorDeps,
  type SessionRequest,
} from '#core/session/session-door.ts'
import type { HttpHandler } from '#http/http-handler.ts'
import { type HttpRequest, header, headerValues, queryParameters } from '#http/http-request.ts'

const NO_STORE = { 'cache-control': 'no-store' } as const

/** `GET` and `DELETE /session`: what the app's session is and when it ends, and its end. */
export function sessionHandler(deps: SessionDoorDeps): HttpHandler {
  return async (request) => {
    switch (request.httpMethod) {
      case 'GET':
        return {
          statusCode: 200,
          headers: { ...NO_STORE, 'content-type': 'application/json' },
          body: JSON.stringify(await describeSession(sessionRequest(request), deps)),
        }
      case 'DELETE':
        await endSession(sessionRequest(request), deps)
        return { statusCode: 204, headers: NO_STORE, body: '' }
      default:
        throw new BrokerError('request_method_invalid', { allow: ['GET', 'DELETE'] })
    }
  }
}

function sessionRequest(request: HttpRequest): SessionRequest {
  return {
    authorization: header(request, 'authorization'),
    query: queryParameters(request),
    header: headerValues(request, SESSION_HEADER),
  }
}
