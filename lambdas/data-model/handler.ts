import { type HandleMessageDeps, handleMessage } from '#core/data-model/handle-message.ts'
import { fhirRequest } from '#http/fhir-request.ts'
import type { StreamingHandler } from '#http/streaming-handler.ts'

/** What the EHR has for a message, its pages and all; the rest of the minute is for telling it. */
const MOST_MS = 45_000
const LAST_WORDS_MS = 5_000

/** `POST /endpoint` and `/query`: a message of the Data Model API, and its answer. */
export function dataModelHandler(deps: HandleMessageDeps): StreamingHandler {
  return async (request, context) => {
    const remainingMs = context.getRemainingTimeInMillis() - LAST_WORDS_MS
    const deadline = AbortSignal.timeout(Math.max(1, Math.min(MOST_MS, remainingMs)))
    const { status, headers, body } = await handleMessage(
      { ...fhirRequest(request, context), deadline },
      deps,
    )
    return { statusCode: status, headers, body }
  }
}
