import type { ResolvedStack } from '#local/template/resolve-stack.ts'
import {
  type ContextTemplate,
  type ContextVariables,
  contextTemplate,
} from './context-variables.ts'
import type { ApiAnswer } from './proxy-answer.ts'

/** What API Gateway answers by itself. */
export type GatewayFailure = keyof typeof FAILURES

const FAILURES = {
  MISSING_AUTHENTICATION_TOKEN: {
    status: 403,
    message: 'Missing Authentication Token',
    errorType: 'MissingAuthenticationTokenException',
  },
  REQUEST_TOO_LARGE: {
    status: 413,
    message: 'Request Too Long',
    errorType: 'RequestTooLargeException',
  },
  API_CONFIGURATION_ERROR: {
    status: 500,
    message: 'Internal server error',
    errorType: 'InternalServerErrorException',
  },
  // A malformed answer of a function: the guide gives its status, and no response type of its own.
  DEFAULT_5XX: {
    status: 502,
    message: 'Internal server error',
    errorType: 'InternalServerErrorException',
  },
  INTEGRATION_TIMEOUT: {
    status: 504,
    message: 'Endpoint request timed out',
    errorType: 'InternalServerErrorException',
  },
} as const

interface Response {
  readonly statusCode: number | undefined
  readonly headers: readonly (readonly [string, ContextTemplate])[]
  readonly body: ContextTemplate | undefined
}

/** The answers of API Gateway itself, in the words of the template where it has any. */
export function gatewayResponses(stack: ResolvedStack) {
  const responses = new Map<string, Response>()
  for (const { logicalId, properties } of stack.all('AWS::ApiGateway::GatewayResponse')) {
    try {
      const template = properties.ResponseTemplates['application/json']
      responses.set(properties.ResponseType, {
        statusCode: properties.StatusCode,
        headers: Object.entries(properties.ResponseParameters).map(parameter),
        body: template === undefined ? undefined : contextTemplate(template),
      })
    } catch (error) {
      throw new Error(`${logicalId}: ${error instanceof Error ? error.message : error}`)
    }
  }
  const defaultBody = contextTemplate('{"message":$context.error.messageString}')

  return (failure: GatewayFailure, context: ContextVariables): ApiAnswer => {
    const { status, message, errorType } = FAILURES[failure]
    const group = status < 500 ? 'DEFAULT_4XX' : 'DEFAULT_5XX'
    const response = responses.get(failure) ?? responses.get(group)
    const variables = {
      ...context,
      'error.message': message,
      'error.messageString': JSON.stringify(message),
      'error.responseType': failure,
    }
    const headers = (response?.headers ?? []).map(([name, value]) => [name, value(variables)])
    return {
      status: response?.statusCode ?? status,
      headers: [
        ['x-amzn-ErrorType', errorType],
        ...(headers.some(([name]) => name?.toLowerCase() === 'content-type')
          ? []
          : [['Content-Type', 'application/json']]),
        ...headers,
      ] as [string, string][],
      body: Buffer.from((response?.body ?? defaultBody)(variables)),
    }
  }
}

/** A header as a response parameter maps it: a literal in quotes, or a `context` variable. */
function parameter([target, source]: readonly [string, string]): readonly [
  string,
  ContextTemplate,
] {
  const [, name] = /^gatewayresponse\.header\.(.+)$/.exec(target) ?? []
  if (!name) throw new Error(`the local runtime does not know the parameter ${target}`)
  const [, literal] = /^'(.*)'$/.exec(source) ?? []
  if (literal !== undefined) return [name, () => literal]
  if (source.startsWith('context.')) return [name, contextTemplate(`$${source}`)]
  throw new Error(`the local runtime does not know the source ${source}`)
}
