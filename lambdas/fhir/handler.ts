import { type FhirDoorDeps, fhirDoor } from '#core/fhir/fhir-door.ts'
import { fhirRequest } from '#http/fhir-request.ts'
import type { StreamingHandler } from '#http/streaming-handler.ts'

/** `ANY /fhir/{version}/{organization}/{environment}` and below: the EHR's answer, streamed. */
export function fhirHandler(deps: FhirDoorDeps): StreamingHandler {
  const door = fhirDoor(deps)
  return async (request, context) => {
    const { status, headers, body } = await door(fhirRequest(request, context))
    return { statusCode: status, headers, body }
  }
}
