import type { Context } from 'aws-lambda'
import type { FhirRequest } from '#core/fhir/fhir-request.ts'
import { bodyBytes, type HttpRequest, headerIndex, queryParameters } from './http-request.ts'

/** A request at a door through which an app reaches the EHR, as the core takes it. */
export function fhirRequest(request: HttpRequest, context: Context): FhirRequest {
  return {
    method: request.httpMethod,
    path: request.path,
    query: queryParameters(request),
    header: headerIndex(request),
    body: bodyBytes(request),
    referenceId: request.requestContext.requestId,
    remainingMs: () => context.getRemainingTimeInMillis(),
  }
}
