import { randomBytes, randomUUID } from 'node:crypto'
import type { IncomingMessage } from 'node:http'
import type { ApiRequest } from './proxy-event.ts'
import { parseQuery } from './query.ts'

/** A request before its body has come. */
export type RequestHead = Omit<ApiRequest, 'body'>

/** Why the service refuses a request before it has found an API; no template has a word in it. */
export interface EarlyRefusal {
  readonly status: number
  readonly errorType: string
  readonly message: string
}

/** Reads a request's head; the first segment of its path is the stage. */
export function readRequestHead(
  incoming: IncomingMessage,
  stage: string,
): RequestHead | EarlyRefusal {
  const target = incoming.url ?? '/'
  const mark = target.indexOf('?')
  const wholePath = mark < 0 ? target : target.slice(0, mark)
  const prefix = `/${stage}`
  if (wholePath !== prefix && !wholePath.startsWith(`${prefix}/`)) {
    return { status: 403, errorType: 'ForbiddenException', message: 'Forbidden' }
  }
  const query = parseQuery(mark < 0 ? '' : target.slice(mark + 1))
  if (!query) return { status: 400, errorType: 'BadRequestException', message: 'Bad Request' }

  return {
    method: incoming.method ?? 'GET',
    path: wholePath.slice(prefix.length) || '/',
    query,
    rawHeaders: incoming.rawHeaders,
    sourceIp: incoming.socket.remoteAddress?.replace('::ffff:', '') ?? '127.0.0.1',
    requestId: randomUUID(),
    extendedRequestId: randomBytes(10).toString('base64url'),
    traceId: `Root=1-${randomBytes(4).toString('hex')}-${randomBytes(12).toString('hex')}`,
    receivedAt: new Date(),
    protocol: `HTTP/${incoming.httpVersion}`,
  }
}
