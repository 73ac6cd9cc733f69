import type { LambdaFunction } from '#local/lambda/lambda-function.ts'
import type { ResolvedResource, ResolvedStack } from '#local/template/resolve-stack.ts'

/** A method of the API and what answers it. */
export interface Route {
  readonly resourceId: string
  /** As the template writes it: `/fhir/{version}/{path+}`. */
  readonly resourcePath: string
  readonly lambda: LambdaFunction
  readonly streaming: boolean
  readonly timeoutMs: number
}

export interface RouteMatch {
  readonly route: Route
  /** As they came, still percent-encoded: a REST API does not decode them. */
  readonly pathParameters: Readonly<Record<string, string>>
}

/** Finds the route of a method and a path; `path` is without the stage. */
export type FindRoute = (method: string, path: string) => RouteMatch | undefined

interface Node {
  readonly resourceId: string
  readonly path: string
  readonly children: Map<string, Node>
  readonly methods: Map<string, Route>
}

const BUFFERED_TIMEOUT_MS = 29_000
const URI =
  /^arn:[^:]+:apigateway:[^:]+:lambda:path\/(2015-03-31|2021-11-15)\/functions\/(.+)\/(invocations|response-streaming-invocations)$/

/**
 * The routes of the stack's REST API. The most specific resource wins, segment by segment: a literal
 * before a parameter, a parameter before a greedy one.
 *
 * @throws Error for a method whose integration leads nowhere, or that may not invoke its function
 */
export function apiRoutes(stack: ResolvedStack, functions: readonly LambdaFunction[]): FindRoute {
  const root = resourceTree(stack)
  const nodes = flatten(root)
  for (const method of stack.all('AWS::ApiGateway::Method')) {
    const node = nodes.find(({ resourceId }) => resourceId === method.properties.ResourceId)
    if (!node) throw new Error(`${method.logicalId}: its resource is not there`)
    const route = methodRoute(method, node, functions)
    requirePermission(stack, method, node.path, route.lambda)
    node.methods.set(method.properties.HttpMethod, route)
  }

  return (method, path) => {
    // One final slash makes no difference to a REST API.
    const segments = path.replace(/^\//, '').replace(/\/$/, '').split('/')
    const found = find(root, path === '/' ? [] : segments)
    const route = found?.node.methods.get(method) ?? found?.node.methods.get('ANY')
    return found && route && { route, pathParameters: found.parameters }
  }
}

function resourceTree(stack: ResolvedStack): Node {
  const [api] = stack.all('AWS::ApiGateway::RestApi')
  const node = (resourceId: string, path: string): Node => ({
    resourceId,
    path,
    children: new Map(),
    methods: new Map(),
  })
  const root = node(api?.attributes['RootResourceId'] ?? '', '/')
  const byId = new Map([[root.resourceId, root]])
  // A parent comes before its children: they refer to it.
  for (const { ref, logicalId, properties } of stack.all('AWS::ApiGateway::Resource')) {
    const parent = byId.get(properties.ParentId)
    if (!parent) throw new Error(`${logicalId}: its parent is not there`)
    const child = node(ref, `${parent.path.replace(/\/$/, '')}/${properties.PathPart}`)
    parent.children.set(properties.PathPart, child)
    byId.set(ref, child)
  }
  return root
}

function flatten(node: Node): readonly Node[] {
  return [node, ...[...node.children.values()].flatMap(flatten)]
}

function methodRoute(
  { logicalId, properties }: ResolvedResource<'AWS::ApiGateway::Method'>,
  node: Node,
  functions: readonly LambdaFunction[],
): Route {
  const { Uri, ResponseTransferMode, TimeoutInMillis } = properties.Integration
  const [, version, arn, action] = URI.exec(Uri) ?? []
  const lambda = functions.find((candidate) => candidate.arn === arn)
  if (!lambda) throw new Error(`${logicalId}: no function is at ${Uri}`)

  const streaming = ResponseTransferMode === 'STREAM'
  const fits = streaming
    ? version === '2021-11-15' && action === 'response-streaming-invocations'
    : version === '2015-03-31' && action === 'invocations'
  if (!fits) throw new Error(`${logicalId}: ${ResponseTransferMode} does not fit ${Uri}`)

  const timeoutMs = TimeoutInMillis ?? BUFFERED_TIMEOUT_MS
  const longest = streaming ? 15 * 60_000 : BUFFERED_TIMEOUT_MS
  if (timeoutMs > longest) throw new Error(`${logicalId}: more than ${longest} ms needs a quota`)
  return {
    resourceId: node.resourceId,
    resourcePath: node.path,
    lambda,
    streaming,
    timeoutMs,
  }
}

/** On AWS every request of a method without its permission ends in a 500. */
function requirePermission(
  stack: ResolvedStack,
  { logicalId, properties }: ResolvedResource<'AWS::ApiGateway::Method'>,
  path: string,
  lambda: LambdaFunction,
): void {
  const [api] = stack.all('AWS::ApiGateway::RestApi')
  const [stage] = stack.all('AWS::ApiGateway::Stage')
  const method = properties.HttpMethod === 'ANY' ? '*' : properties.HttpMethod
  const wanted = `arn:${stack.partition}:execute-api:${stack.region}:${stack.account}:${api?.ref}/${stage?.ref}/${method}${path.replace(/\{[^}]+\}/g, '*')}`
  const permitted = stack
    .all('AWS::Lambda::Permission')
    .some(
      ({ properties: permission }) =>
        permission.Action === 'lambda:InvokeFunction' &&
        permission.Principal === 'apigateway.amazonaws.com' &&
        [lambda.arn, lambda.name].includes(permission.FunctionName) &&
        matchesArn(permission.SourceArn ?? '*', wanted),
    )
  if (!permitted) throw new Error(`${logicalId}: the API may not invoke ${lambda.name}`)
}

function matchesArn(pattern: string, arn: string): boolean {
  const expression = pattern
    .split('*')
    .map((part) => part.replace(/[.+?^${}()|[\]\\]/g, '\\$&'))
    .join('.*')
  return new RegExp(`^${expression}$`).test(arn)
}

interface Found {
  readonly node: Node
  readonly parameters: Readonly<Record<string, string>>
}

function find(node: Node, segments: readonly string[]): Found | undefined {
  const [segment, ...rest] = segments
  if (segment === undefined) return node.methods.size > 0 ? { node, parameters: {} } : undefined

  const children = [...node.children.entries()]
  const literal = node.children.get(segment)
  const viaLiteral = literal && find(literal, rest)
  if (viaLiteral) return viaLiteral

  for (const [part, child] of children) {
    const [, name] = /^\{([^}+]+)\}$/.exec(part) ?? []
    const found = name && segment !== '' ? find(child, rest) : undefined
    if (name && found) {
      return { node: found.node, parameters: { [name]: segment, ...found.parameters } }
    }
  }
  for (const [part, child] of children) {
    const [, name] = /^\{([^}+]+)\+\}$/.exec(part) ?? []
    if (name && child.methods.size > 0) {
      return { node: child, parameters: { [name]: segments.join('/') } }
    }
  }
  return undefined
}
