import type { AnswerContent } from './answer.ts'
import { type Ask, type Need, needOf } from './ask.ts'
import { readBatch } from './batch/read-batch.ts'
import { checkRepresentation, formOf } from './check-representation.ts'
import type { FhirRequest } from './fhir-request.ts'
import { type Interaction, type InteractionCode, interactionOf } from './interactions.ts'
import { isJson, mediaTypeOf } from './media-type.ts'
import type { FoundPage } from './page-links.ts'

/** What a request asks of the EHR, entry by entry, and what its answer is to hold. */
export interface Asked {
  readonly interaction: Interaction
  /** One, or one an entry of a batch. */
  readonly asks: readonly Ask[]
  readonly needs: readonly Need[]
  readonly content: AnswerContent
}

/**
 * Reads what a request asks for.
 *
 * @throws BrokerError what {@link interactionOf}, {@link checkRepresentation} and {@link readBatch} do
 */
export function readAsks(
  request: FhirRequest,
  {
    segments,
    ourBase,
    page,
  }: {
    readonly segments: readonly string[]
    readonly ourBase: string
    readonly page: FoundPage | undefined
  },
): Asked {
  const interaction: Interaction =
    page && page.kind !== 'page'
      ? { code: 'job', isConditional: false }
      : interactionOf(
          request.method,
          segments,
          request.query,
          request.header('if-none-exist').length > 0,
        )
  const { code, type } = interaction
  checkRepresentation(request, { code, isBinary: type === 'Binary' || page?.kind === 'file' })

  const asks =
    code === 'batch'
      ? readBatch(request.body, ourBase)
      : [
          {
            interaction,
            method: request.method,
            parameters: parametersOf(request, code),
            resource: () => resourceOf(request),
          },
        ]
  return {
    interaction,
    asks,
    needs: page ? asks.map((ask) => ({ ...needOf(ask), type: page.scopeType })) : asks.map(needOf),
    content: contentOf(interaction, page),
  }
}

/** Of the address, and of the form of a search. */
function parametersOf(request: FhirRequest, code: InteractionCode): URLSearchParams {
  const form = formOf(request, code)
  return form.size === 0 ? request.query : new URLSearchParams([...request.query, ...form])
}

function contentOf({ code, type }: Interaction, page: FoundPage | undefined): AnswerContent {
  if (page?.kind === 'file') return 'opaque'
  if (code === 'job' || code === 'capabilities') return code
  if (code !== 'read' && code !== 'vread') return 'fhir'
  if (type === 'Binary') return 'opaque'
  return type === 'Bundle' ? 'fhir' : 'resource'
}

/** What a request writes, if it is JSON. */
function resourceOf({ body, header }: FhirRequest): unknown {
  if (body.byteLength === 0 || !isJson(mediaTypeOf(header('content-type')[0]))) return undefined
  try {
    return JSON.parse(Buffer.from(body).toString('utf8'))
  } catch {
    return undefined
  }
}
