import type { AnswerContent } from './answer.ts'
import { type Ask, type Need, needOf } from './ask.ts'
import { checkUnambiguous } from './batch/unambiguous.ts'
import { checkRepresentation, formOf } from './check-representation.ts'
import type { FhirRequest } from './fhir-request.ts'
import { criteriaOf, type Interaction, interactionOf } from './interactions.ts'
import { isJson, mediaTypeOf } from './media-type.ts'
import type { FoundPage, PageLinks } from './page-links.ts'

/** What a request asks of the EHR, entry by entry, and what its answer is to hold. */
export interface Asked {
  readonly interaction: Interaction
  /** One, or one an entry of a batch. */
  readonly asks: readonly Ask[]
  readonly needs: readonly Need[]
  readonly content: AnswerContent
  /** The page that the request is for, if it is for one. */
  readonly page: FoundPage | undefined
}

/**
 * Reads what a request asks for. A batch is rare, and so what reads one is loaded with the first.
 *
 * @throws BrokerError what {@link PageLinks.find}, {@link interactionOf}, {@link checkRepresentation}
 * and `readBatch` do
 */
export async function readAsks(
  request: FhirRequest,
  {
    segments,
    ourBase,
    findPage,
  }: {
    readonly segments: readonly string[]
    readonly ourBase: string
    readonly findPage: PageLinks['find']
  },
): Promise<Asked> {
  const page = findPage(request, segments)
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
      ? (await import('./batch/read-batch.ts')).readBatch(request.body, { ourBase, findPage })
      : [askOf(request, interaction, page)]
  return {
    page,
    interaction,
    asks,
    needs: asks.map(needOf),
    content: contentOf(interaction, page),
  }
}

function askOf(request: FhirRequest, interaction: Interaction, page: FoundPage | undefined): Ask {
  const { method, query, header } = request
  const form = formOf(request, interaction.code)
  const conditions = header('if-none-exist').flatMap((value) => [...criteriaOf(value)])
  const isAlone = form.size === 0 && conditions.length === 0
  return {
    interaction,
    method,
    parameters: isAlone ? query : new URLSearchParams([...query, ...form, ...conditions]),
    form,
    ...(page && { pageOf: page.scopeType }),
    resource: () => resourceOf(request),
  }
}

function contentOf({ code, type }: Interaction, page: FoundPage | undefined): AnswerContent {
  if (page?.kind === 'file') return 'opaque'
  if (code === 'job' || code === 'capabilities') return code
  if (code !== 'read' && code !== 'vread') return 'fhir'
  if (type === 'Binary') return 'opaque'
  return type === 'Bundle' ? 'fhir' : 'resource'
}

/**
 * What a request writes, if it is JSON.
 *
 * @throws BrokerError `request_body_invalid` for what another reader may read otherwise
 */
function resourceOf({ body, header }: FhirRequest): unknown {
  if (body.byteLength === 0 || !isJson(mediaTypeOf(header('content-type')[0]))) return undefined
  checkUnambiguous(body)
  try {
    return JSON.parse(Buffer.from(body).toString('utf8'))
  } catch {
    return undefined
  }
}
