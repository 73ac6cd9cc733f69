import { errorEnvelope } from '#core/data-model/envelope.ts'
import { PRIVATE_ANSWER } from '#core/fhir/answer-headers.ts'
import type { ErrorRenderer } from './http-handler.ts'
import { bodyBytes } from './http-request.ts'
import { challengeFor } from './operation-outcome.ts'

/** Tells callers of the Data Model API of an error: `Meta` with `Errors`, and nothing else. */
export const dataModelError: ErrorRenderer = (error, request) => {
  const challenge = challengeFor(error)
  return {
    statusCode: error.status,
    headers: {
      'content-type': 'application/json',
      ...PRIVATE_ANSWER,
      ...(challenge && { 'www-authenticate': challenge }),
      ...(error.retryAfterSeconds !== undefined && {
        'retry-after': String(error.retryAfterSeconds),
      }),
    },
    body: JSON.stringify(
      errorEnvelope(messageIn(bodyBytes(request)), error, request.requestContext.requestId),
    ),
  }
}

/** The message again, for what it says that it is; nothing where it cannot be read. */
function messageIn(body: Buffer): unknown {
  try {
    return JSON.parse(body.toString('utf8'))
  } catch {
    return undefined
  }
}
