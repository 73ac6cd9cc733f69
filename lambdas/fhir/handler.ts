import type { Context } from 'aws-lambda'
import type { FhirRequest } from '#core/fhir/fhir-request.ts'
import { type HandleFhirRequestDeps, handleFhirRequest } from '#core/fhir/handle-fhir-request.ts'
import { bodyBytes, type HttpRequest, headerValues, queryParameters } from '#http/http-request.ts'
import type { StreamingHandler } from '#http/streaming-handler.ts'

/** `ANY /fhir/{version}/{organization}/{environment}` and below: the EHR's answer, streamed. */
export function fhirHandler(deps: HandleFhirRequestDeps): StreamingHandler {
  return async (request, context) => {
    const { status, headers, body } = await handleFhirRequest(fhirRequest(request, context), deps)
    return { statusCode: status, headers, body }
  }
}

function fhirRequest(request: HttpRequest, context: Context): FhirRequest {
  return {
    method: request.httpMethod,
    path: request.path,
    query: queryParameters(request),
    header: (name) => headerValues(request, name),
    body: bodyBytes(request),
    referenceId: request.requestContext.requestId,
    remainingMs: () => context.getRemainingTimeInMillis(),
  }
}
