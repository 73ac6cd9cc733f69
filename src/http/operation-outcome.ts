import type { BrokerError } from '#core/errors.ts'
import { PRIVATE_ANSWER } from '#core/fhir/answer-headers.ts'
import { operationOutcome } from '#core/fhir/operation-outcome.ts'
import type { ErrorRenderer } from './http-handler.ts'

/** Tells callers of a FHIR API of an error: always JSON, whatever they asked for. */
export const operationOutcomeError: ErrorRenderer = (error, request) => {
  const challenge = challengeFor(error)
  return {
    statusCode: error.status,
    headers: {
      'content-type': 'application/fhir+json',
      ...PRIVATE_ANSWER,
      ...(challenge && { 'www-authenticate': challenge }),
      ...(error.allow && { allow: error.allow.join(', ') }),
      ...(error.retryAfterSeconds !== undefined && {
        'retry-after': String(error.retryAfterSeconds),
      }),
    },
    body:
      request.httpMethod === 'HEAD'
        ? ''
        : JSON.stringify(
            operationOutcome({
              code: error.issueCode,
              errorCode: error.code,
              text: error.message,
              referenceId: request.requestContext.requestId,
            }),
          ),
  }
}

/** No `error` when no token was sent: there is nothing wrong with it (RFC 6750 §3.1). */
export function challengeFor({
  code,
  scope,
}: Pick<BrokerError, 'code' | 'scope'>): string | undefined {
  if (code === 'token_missing') return 'Bearer realm="sallyport"'
  if (code === 'token_invalid') return 'Bearer realm="sallyport", error="invalid_token"'
  if (code === 'scope_insufficient') {
    return `Bearer realm="sallyport", error="insufficient_scope"${scope ? `, scope="${scope}"` : ''}`
  }
  return undefined
}
