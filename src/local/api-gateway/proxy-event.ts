import type { APIGatewayProxyEvent } from 'aws-lambda'
import type { RouteMatch } from './routes.ts'

/** A request as far as API Gateway has read it. */
export interface ApiRequest {
  readonly method: string
  /** Without the stage and the query; as it came. */
  readonly path: string
  readonly query: Readonly<Record<string, string[]>>
  /** Names and values in turn, as they came. */
  readonly rawHeaders: readonly string[]
  readonly body: Buffer
  readonly sourceIp: string
  readonly requestId: string
  readonly extendedRequestId: string
  readonly traceId: string
  readonly receivedAt: Date
  readonly protocol: string
}

export interface ApiIdentity {
  readonly apiId: string
  readonly accountId: string
  readonly deploymentId: string
  readonly stage: string
}

/** The event, with what the published types leave out. */
type ProxyEvent = APIGatewayProxyEvent & {
  readonly requestContext: { readonly deploymentId: string }
}

/** Of one connection only; functions never see them. */
const DROPPED = ['connection', 'expect', 'keep-alive', 'te', 'transfer-encoding', 'upgrade']

/**
 * The event of a proxy integration, version 1.0.
 *
 * @see [Input format](https://docs.aws.amazon.com/apigateway/latest/developerguide/set-up-lambda-proxy-integrations.html)
 */
export function proxyEvent(
  request: ApiRequest,
  { route, pathParameters }: RouteMatch,
  { apiId, accountId, deploymentId, stage }: ApiIdentity,
  isBinary: boolean,
): ProxyEvent {
  const headers = multiValueHeaders(request)
  const host = last(valuesOf(headers, 'host')) ?? ''
  const domainName = host.replace(/:\d+$/, '')
  const hasBody = request.body.length > 0

  return {
    resource: route.resourcePath,
    path: request.path,
    httpMethod: request.method,
    headers: mapValues(headers, last),
    multiValueHeaders: headers,
    queryStringParameters: orNull(mapValues(request.query, last)),
    multiValueQueryStringParameters: orNull(request.query),
    pathParameters: orNull({ ...pathParameters }),
    stageVariables: null,
    requestContext: {
      resourceId: route.resourceId,
      resourcePath: route.resourcePath,
      httpMethod: request.method,
      extendedRequestId: request.extendedRequestId,
      requestTime: requestTime(request.receivedAt),
      requestTimeEpoch: request.receivedAt.getTime(),
      path: `/${stage}${request.path}`,
      accountId,
      protocol: request.protocol,
      stage,
      domainName,
      domainPrefix: domainName.split('.')[0],
      deploymentId,
      requestId: request.requestId,
      apiId,
      authorizer: null,
      identity: {
        accessKey: null,
        accountId: null,
        apiKey: null,
        apiKeyId: null,
        caller: null,
        clientCert: null,
        cognitoAuthenticationProvider: null,
        cognitoAuthenticationType: null,
        cognitoIdentityId: null,
        cognitoIdentityPoolId: null,
        principalOrgId: null,
        sourceIp: request.sourceIp,
        user: null,
        userAgent: last(valuesOf(headers, 'user-agent')) ?? null,
        userArn: null,
      },
    },
    body: hasBody ? request.body.toString(isBinary ? 'base64' : 'utf8') : null,
    isBase64Encoded: hasBody && isBinary,
  }
}

/** `09/Apr/2015:12:34:56 +0000`, as `$context.requestTime` has it. */
export function requestTime(at: Date): string {
  const [, day, month, year, time] =
    /^\w+, (\d+) (\w+) (\d+) ([\d:]+) GMT$/.exec(at.toUTCString()) ?? []
  return `${day}/${month}/${year}:${time} +0000`
}

function multiValueHeaders(request: ApiRequest): Record<string, string[]> {
  const headers = new Map<string, string[]>()
  for (let index = 0; index < request.rawHeaders.length; index += 2) {
    const name = request.rawHeaders[index] ?? ''
    if (DROPPED.includes(name.toLowerCase())) continue
    const values = headers.get(name) ?? []
    headers.set(name, [...values, request.rawHeaders[index + 1] ?? ''])
  }
  const forwardedFor = valuesOf(Object.fromEntries(headers), 'x-forwarded-for')
  return {
    ...Object.fromEntries(headers),
    'X-Amzn-Trace-Id': [request.traceId],
    'X-Forwarded-For': [[...forwardedFor, request.sourceIp].join(', ')],
    // As on AWS, where nobody comes by plain HTTP.
    'X-Forwarded-Port': ['443'],
    'X-Forwarded-Proto': ['https'],
  }
}

function valuesOf(headers: Readonly<Record<string, string[]>>, name: string): readonly string[] {
  return Object.entries(headers)
    .filter(([key]) => key.toLowerCase() === name)
    .flatMap(([, values]) => values)
}

function last(values: readonly string[]): string | undefined {
  return values.at(-1)
}

function mapValues<In, Out>(
  record: Readonly<Record<string, In>>,
  map: (value: In) => Out,
): Record<string, Out> {
  return Object.fromEntries(Object.entries(record).map(([name, value]) => [name, map(value)]))
}

/** AWS sends `null` where there is nothing. */
function orNull<Value extends object>(value: Value): Value | null {
  return Object.keys(value).length === 0 ? null : value
}
