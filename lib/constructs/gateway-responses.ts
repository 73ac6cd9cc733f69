import { ResponseType, type RestApi } from 'aws-cdk-lib/aws-apigateway'

interface GatewayAnswer {
  readonly type: ResponseType
  /** Absent, the status that API Gateway has for the type. */
  readonly status?: string
  /** From the FHIR value set issue-type. */
  readonly code: string
  readonly message: string
}

/** What API Gateway answers by itself, before any function is asked. */
const ANSWERS: Readonly<Record<string, GatewayAnswer>> = {
  ClientError: {
    type: ResponseType.DEFAULT_4XX,
    code: 'invalid',
    message: 'The request is not one that this address takes.',
  },
  ServerError: {
    type: ResponseType.DEFAULT_5XX,
    code: 'exception',
    message: 'The request could not be served. Try again in a moment.',
  },
  // What API Gateway calls a path or method that it does not have.
  NoRoute: {
    type: ResponseType.MISSING_AUTHENTICATION_TOKEN,
    status: '404',
    code: 'not-found',
    message: 'There is nothing at this address, or not by this method.',
  },
  Throttled: {
    type: ResponseType.THROTTLED,
    code: 'throttled',
    message: 'Too many requests. Try again in a moment, and then less often.',
  },
  TooLarge: {
    type: ResponseType.REQUEST_TOO_LARGE,
    code: 'too-long',
    message: 'The request is too large: a body may have 4.4 MB.',
  },
  Filtered: {
    type: ResponseType.WAF_FILTERED,
    code: 'forbidden',
    message: 'The request was refused.',
  },
  Failed: {
    type: ResponseType.INTEGRATION_FAILURE,
    status: '502',
    code: 'exception',
    message: 'The request could not be served. Try again in a moment.',
  },
  TimedOut: {
    type: ResponseType.INTEGRATION_TIMEOUT,
    code: 'timeout',
    message: 'The request took too long. Try again in a moment.',
  },
}

/**
 * Lets API Gateway's own answers be an OperationOutcome, as the fhir function's are, with the id that
 * finds the request in the access log; kept by no cache, and repeating nothing of the request.
 */
export function addGatewayResponses(api: RestApi): void {
  for (const [id, answer] of Object.entries(ANSWERS)) {
    api.addGatewayResponse(id, {
      type: answer.type,
      ...(answer.status === undefined ? {} : { statusCode: answer.status }),
      responseHeaders: {
        'Cache-Control': "'no-store'",
        'Content-Type': "'application/fhir+json'",
        'X-Content-Type-Options': "'nosniff'",
      },
      templates: { 'application/json': JSON.stringify(operationOutcome(answer)) },
    })
  }
}

function operationOutcome({ code, message }: GatewayAnswer) {
  return {
    resourceType: 'OperationOutcome',
    issue: [
      {
        severity: 'error',
        code,
        details: { text: message },
        diagnostics: 'Reference: $context.requestId',
      },
    ],
  }
}
