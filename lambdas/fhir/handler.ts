import { type HandleFhirRequestDeps, handleFhirRequest } from '#core/fhir/handle-fhir-request.ts'
import { fhirRequest } from '#http/fhir-request.ts'
import type { StreamingHandler } from '#http/streaming-handler.ts'

/** `ANY /fhir/{version}/{organization}/{environment}` and below: the EHR's answer, streamed. */
export function fhirHandler(deps: HandleFhirRequestDeps): StreamingHandler {
  return async (request, context) => {
    const { status, headers, body } = await handleFhirRequest(fhirRequest(request, context), deps)
    return { statusCode: status, headers, body }
  }
}
