import type { IncomingMessage } from 'node:http'
import type { ContextVariables } from './context-variables.ts'
import { type ApiIdentity, requestTime } from './proxy-event.ts'
import type { RequestHead } from './read-request.ts'
import type { RouteMatch } from './routes.ts'

/** `$context` as far as it is known when a request has come. */
export function requestContext(
  request: RequestHead,
  match: RouteMatch | undefined,
  identity: ApiIdentity,
  incoming: IncomingMessage,
): ContextVariables {
  return {
    ...identity,
    httpMethod: request.method,
    path: `/${identity.stage}${request.path}`,
    protocol: request.protocol,
    requestId: request.requestId,
    extendedRequestId: request.extendedRequestId,
    requestTime: requestTime(request.receivedAt),
    requestTimeEpoch: request.receivedAt.getTime(),
    resourceId: match?.route.resourceId,
    resourcePath: match?.route.resourcePath,
    domainName: incoming.headers.host?.replace(/:\d+$/, ''),
    'identity.sourceIp': request.sourceIp,
    'identity.userAgent': incoming.headers['user-agent'],
    xrayTraceId: request.traceId,
  }
}
