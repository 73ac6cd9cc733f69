import type { IncomingMessage, RequestListener, ServerResponse } from 'node:http'
import type { LambdaFunction } from '#local/lambda/lambda-function.ts'
import type { ResolvedStack } from '#local/template/resolve-stack.ts'
import { type ContextVariables, contextTemplate } from './context-variables.ts'
import { type GatewayFailure, gatewayResponses } from './gateway-responses.ts'
import { invokeRoute } from './invoke-route.ts'
import type { ApiAnswer } from './proxy-answer.ts'
import { type ApiIdentity, proxyEvent } from './proxy-event.ts'
import { type EarlyRefusal, type RequestHead, readRequestHead } from './read-request.ts'
import { readRequestBody } from './request-body.ts'
import { requestContext } from './request-context.ts'
import { apiRoutes } from './routes.ts'
import { sendAnswer, sendStream } from './send-answer.ts'

export interface RestApiOptions {
  readonly stack: ResolvedStack
  readonly functions: readonly LambdaFunction[]
  onAccessLog(logGroup: string, line: string): void
  /** Told of each request that has ended, as API Gateway measures it. */
  onServed(request: ServedRequest): void
}

export interface ServedRequest {
  readonly apiName: string
  readonly stage: string
  readonly status: number
}

/** The REST API of a stack; the stage is the first segment of every path. */
export function restApi({
  stack,
  functions,
  onAccessLog,
  onServed,
}: RestApiOptions): RequestListener {
  const [api, ...moreApis] = stack.all('AWS::ApiGateway::RestApi')
  const [stage, ...moreStages] = stack.all('AWS::ApiGateway::Stage')
  if (!api || !stage || moreApis.length > 0 || moreStages.length > 0) {
    throw new Error('The local runtime runs one REST API with one stage')
  }
  const { BinaryMediaTypes } = api.properties
  const { AccessLogSetting, DeploymentId } = stage.properties
  const identity: ApiIdentity = {
    apiId: api.ref,
    accountId: stack.account,
    deploymentId: DeploymentId,
    stage: stage.ref,
  }
  const findRoute = apiRoutes(stack, functions)
  const gatewayAnswer = gatewayResponses(stack)
  const isBinary = (mediaType: string) => matchesType(BinaryMediaTypes, mediaType)
  const accessLine = AccessLogSetting && contextTemplate(AccessLogSetting.Format)
  const accessLogGroup = AccessLogSetting?.DestinationArn.split(':')[6] ?? ''

  const serve = async (
    incoming: IncomingMessage,
    response: ServerResponse,
    request: RequestHead,
  ): Promise<void> => {
    const started = performance.now()
    const match = findRoute(request.method, request.path)
    const context = requestContext(request, match, identity, incoming)
    let outcome: ContextVariables = {}
    response.once('close', () => {
      const responseLatency = Math.round(performance.now() - started)
      if (accessLine)
        onAccessLog(accessLogGroup, accessLine({ ...context, ...outcome, responseLatency }))
      const { Name: apiName } = api.properties
      onServed({ apiName, stage: stage.ref, status: Number(outcome['status'] ?? 499) })
    })
    const answer = (whole: ApiAnswer, more: ContextVariables) => {
      outcome = { ...more, status: whole.status, responseLength: whole.body.length }
      sendAnswer(response, whole, request)
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
    const binary = isBinary(incoming.headers['content-type'] ?? 'application/json')
    const event = proxyEvent({ ...request, body }, match, identity, binary)
    const invoked = performance.now()
    const result = await invokeRoute(match.route, JSON.stringify(event), isBinary)
    const latency = Math.round(performance.now() - invoked)
    const integration = { integrationLatency: latency, 'integration.latency': latency }

    if (result.kind === 'failure') {
      fail(result.failure, integration)
      return
    }
    const { status } = result.head
    const served = { ...integration, integrationStatus: status, 'integration.status': 200 }
    if (result.kind === 'answer') {
      answer({ ...result.head, body: result.body }, served)
      return
    }
    outcome = { ...served, status }
    sendStream(response, result, request, (responseLength) => {
      outcome = { ...served, status, responseLength }
    })
  }

  return (incoming, response) => {
    const request = readRequestHead(incoming, stage.ref)
    if ('errorType' in request) {
      refuse(response, request)
      return
    }
    // A client that goes away ends its own request and nothing else.
    serve(incoming, response, request).catch(() => response.destroy())
  }
}

function matchesType(patterns: readonly string[], mediaType: string): boolean {
  const type = mediaType.split(';', 1)[0]?.trim().toLowerCase() ?? ''
  return patterns.some((pattern) => pattern === '*/*' || pattern.toLowerCase() === type)
}

function refuse(response: ServerResponse, { status, errorType, message }: EarlyRefusal): void {
  response
    .writeHead(status, { 'content-type': 'application/json', 'x-amzn-errortype': errorType })
    .end(JSON.stringify({ message }))
}
