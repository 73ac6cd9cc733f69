import * as z from 'zod/mini'
import { BrokerError } from '#core/errors.ts'
import type { Ask } from '#core/fhir/ask.ts'
import { parseSegments } from '#core/fhir/fhir-path.ts'
import { criteriaOf, interactionOf } from '#core/fhir/interactions.ts'
import type { PageLinks } from '#core/fhir/page-links.ts'
import { entryUrl, splitUrl } from './entry-url.ts'
import { checkUnambiguous } from './unambiguous.ts'

const BATCH = z.object({
  resourceType: z.literal('Bundle'),
  type: z.enum(['batch', 'transaction']),
  entry: z.optional(
    z.array(
      z.object({
        resource: z.optional(z.unknown()),
        request: z.object({
          method: z.string(),
          url: z.string(),
          ifNoneExist: z.optional(z.string()),
        }),
      }),
    ),
  ),
})

/**
 * What the entries of a batch or transaction ask, each as if it had come alone.
 *
 * @throws BrokerError `request_body_invalid`; `fhir_path_invalid` for an entry that leads elsewhere;
 * `fhir_interaction_unsupported`; what {@link PageLinks.find} does. Each says which entry.
 * @see [FHIR R4, batch/transaction](https://hl7.org/fhir/R4/http.html#transaction)
 */
export function readBatch(
  body: Uint8Array,
  { ourBase, findPage }: { readonly ourBase: string; readonly findPage: PageLinks['find'] },
): readonly Ask[] {
  checkUnambiguous(body)
  const parsed = BATCH.safeParse(readJson(body))
  if (!parsed.success) {
    const path = parsed.error.issues[0]?.path.join('.')
    throw new BrokerError('request_body_invalid', {
      hint: `The FHIR base takes Bundles of type batch or transaction, each entry with a request; see ${path || 'the body'}.`,
    })
  }
  return (parsed.data.entry ?? []).map(({ request, resource }, entry) =>
    atEntry(entry, () => {
      const { method, url, ifNoneExist } = request
      const { segments, query } = entryTarget(url, ourBase)
      const page = findPage({ method, query }, segments)
      const interaction = interactionOf(method, segments, query, ifNoneExist !== undefined)
      if (interaction.code === 'batch') throw new BrokerError('fhir_interaction_unsupported')
      return {
        interaction,
        method,
        parameters: new URLSearchParams([...query, ...criteriaOf(ifNoneExist ?? '')]),
        ...(page && { pageOf: page.scopeType }),
        entry,
        resource: () => resource,
      }
    }),
  )
}

/** What an entry's `request.url` names: relative to the base, or on our base. */
function entryTarget(url: string, ourBase: string) {
  const { path, query } = splitUrl(entryUrl(url, ourBase).rest)
  return { segments: parseSegments(path), query: new URLSearchParams(query) }
}

function readJson(body: Uint8Array): unknown {
  try {
    return JSON.parse(Buffer.from(body).toString('utf8'))
  } catch {
    throw new BrokerError('request_body_invalid', { hint: 'The body is not JSON.' })
  }
}

function atEntry<Answer>(entry: number, act: () => Answer): Answer {
  try {
    return act()
  } catch (error) {
    if (!(error instanceof BrokerError)) throw error
    throw new BrokerError(error.code, {
      hint: `At entry[${entry}].request of the Bundle.`,
      detail: error.detail,
      ...(error.allow && { allow: error.allow }),
    })
  }
}
