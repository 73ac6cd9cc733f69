import { randomBytes, randomUUID } from 'node:crypto'
import type { IncomingMessage, RequestListener, ServerResponse } from 'node:http'
import type { LambdaFunction } from '#local/lambda/lambda-function.ts'
import type { ResolvedResource, ResolvedStack } from '#local/template/resolve-stack.ts'
import { type ContextVariables, contextTemplate } from './context-variables.ts'
import { type GatewayFailure, gatewayResponses } from './gateway-responses.ts'
import { type AnswerOfFunction, invokeRoute } from './invoke-route.ts'
import type { ApiAnswer } from './proxy-answer.ts'
import { type ApiIdentity, type ApiRequest, proxyEvent, requestTime } from './proxy-event.ts'
import { parseQuery } from './query.ts'
import { readRequestBody } from './request-body.ts'
import { apiRoutes, type RouteMatch } from './routes.ts'
import { sendAnswer, sendStream } from './send-answer.ts'

export interface RestApiOptions {
  readonly stack: ResolvedStack
  readonly functions: readonly LambdaFunction[]
  onAccessLog(line: string): void
}

/** The REST API of a stack; the stage is the first segment of every path. */
export function restApi({ stack, functions, onAccessLog }: RestApiOptions): RequestListener {
  const api = only(stack.all('AWS::ApiGateway::RestApi'), 'AWS::ApiGateway::RestApi')
  const stage = only(stack.all('AWS::ApiGateway::Stage'), 'AWS::ApiGateway::Stage')
  const findRoute = apiRoutes(stack, functions)
  const gatewayAnswer = gatewayResponses(stack)
  const { AccessLogSetting } = stage.properties
  const accessLine = AccessLogSetting && contextTemplate(AccessLogSetting.Format)
  const isBinary = (mediaType: string) => matchesType(api.properties.BinaryMediaTypes, mediaType)
  const identity: ApiIdentity = {
    apiId: api.ref,
    accountId: stack.account,
    deploymentId: stage.properties.DeploymentId,
    stage: stage.ref,
  }

  const serve = async (incoming: IncomingMessage, response: ServerResponse): Promise<void> => {
    const [rawPath = '/', rawQuery = ''] = splitTarget(incoming.url ?? '/')
    const prefix = `/${stage.ref}`
    if (rawPath !== prefix && !rawPath.startsWith(`${prefix}/`)) {
      refuse(response, 403, 'ForbiddenException', 'Forbidden')
      return
    }
    const query = parseQuery(rawQuery)
    if (!query) {
      refuse(response, 400, 'BadRequestException', 'Bad Request')
      return
    }

    const started = performance.now()
    const method = incoming.method ?? 'GET'
    const path = rawPath.slice(prefix.length) || '/'
    const match = findRoute(method, path)
    const request: Omit<ApiRequest, 'body'> = {
      method,
      path,
      query,
      rawHeaders: incoming.rawHeaders,
      sourceIp: incoming.socket.remoteAddress?.replace('::ffff:', '') ?? '127.0.0.1',
      requestId: randomUUID(),
      extendedRequestId: randomBytes(10).toString('base64url'),
      traceId: `Root=1-${randomBytes(4).toString('hex')}-${randomBytes(12).toString('hex')}`,
      receivedAt: new Date(),
      protocol: `HTTP/${incoming.httpVersion}`,
    }
    const context = requestContext(request, match, identity, incoming)
    let variables: ContextVariables = context

    response.once('close', () => {
      const responseLatency = Math.round(performance.now() - started)
      if (accessLine) onAccessLog(accessLine({ ...variables, responseLatency }))
    })
    const answer = (head: ApiAnswer, more: ContextVariables) => {
      variables = { ...context, ...more, status: head.status, responseLength: head.body.length }
      sendAnswer(response, head, method, request)
    }
    const fail = (failure: GatewayFailure, more: ContextVariables = {}) =>
      answer(gatewayAnswer(failure, context), { ...more, 'error.responseType': failure })

    const body = await readRequestBody(incoming)
    if (!match) {
      fail('MISSING_AUTHENTICATION_TOKEN')
      return
    }
    if (!body) {
      fail('REQUEST_TOO_LARGE')
      return
    }
    const event = proxyEvent(
      { ...request, body },
      match,
      identity,
      isBinary(incoming.headers['content-type'] ?? 'application/json'),
    )
    const invoked = performance.now()
    const result = await invokeRoute(match.route, JSON.stringify(event), isBinary)
    const integrationLatency = Math.round(performance.now() - invoked)
    const integration = { integrationLatency, 'integration.latency': integrationLatency }
    finish(result)

    function finish(result: AnswerOfFunction): void {
      if (result.kind === 'failure') return fail(result.failure, integration)
      const { status } = result.head
      const more = { ...integration, integrationStatus: status, 'integration.status': 200 }
      if (result.kind === 'answer') return answer({ ...result.head, body: result.body }, more)

      variables = { ...context, ...more, status }
      const length = sendStream(response, result.head, result.body, method, request)
      response.once('finish', () => {
        variables = { ...variables, responseLength: length() }
      })
    }
  }

  return (incoming, response) => {
    // A client that is gone ends its own request and nothing else.
    serve(incoming, response).catch(() => response.destroy())
  }
}

function only<
  Resource extends ResolvedResource<'AWS::ApiGateway::RestApi' | 'AWS::ApiGateway::Stage'>,
>(resources: readonly Resource[], type: string): Resource {
  const [resource] = resources
  if (resource && resources.length === 1) return resource
  throw new Error(`The local runtime runs one ${type}; the template has ${resources.length}`)
}

function splitTarget(target: string): readonly [string, string] {
  const mark = target.indexOf('?')
  return mark < 0 ? [target, ''] : [target.slice(0, mark), target.slice(mark + 1)]
}

function matchesType(patterns: readonly string[], mediaType: string): boolean {
  const type = mediaType.split(';', 1)[0]?.trim().toLowerCase() ?? ''
  return patterns.some((pattern) => pattern === '*/*' || pattern.toLowerCase() === type)
}

/** What the service answers before it has found an API; no template has a word in it. */
function refuse(response: ServerResponse, status: number, type: string, message: string): void {
  response
    .writeHead(status, { 'content-type': 'application/json', 'x-amzn-errortype': type })
    .end(JSON.stringify({ message }))
}

function requestContext(
  request: Omit<ApiRequest, 'body'>,
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
