import * as z from 'zod/mini'
import { BrokerError } from '#core/errors.ts'
import type { Ask } from '#core/fhir/ask.ts'
import { parseSegments } from '#core/fhir/fhir-path.ts'
import { interactionOf } from '#core/fhir/interactions.ts'

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
 * `fhir_interaction_unsupported`. Each says which entry.
 * @see [FHIR R4, batch/transaction](https://hl7.org/fhir/R4/http.html#transaction)
 */
export function readBatch(body: Uint8Array, ourBase: string): readonly Ask[] {
  const parsed = BATCH.safeParse(readJson(body))
  if (!parsed.success) {
    const path = parsed.error.issues[0]?.path.join('.')
    throw new BrokerError('request_body_invalid', {
      hint: `The FHIR base takes Bundles of type batch or transaction, each entry with a request; see ${path || 'the body'}.`,
    })
  }
  return (parsed.data.entry ?? []).map(({ request, resource }, entry) =>
    atEntry(entry, () => {
      const { segments, query } = entryTarget(request.url, ourBase)
      const hasIfNoneExist = request.ifNoneExist !== undefined
      const interaction = interactionOf(request.method, segments, query, hasIfNoneExist)
      if (interaction.code === 'batch') throw new BrokerError('fhir_interaction_unsupported')
      return {
        interaction,
        method: request.method,
        parameters: query,
        entry,
        resource: () => resource,
      }
    }),
  )
}

/** What an entry's `request.url` names: relative to the base, or on our base. */
function entryTarget(url: string, ourBase: string) {
  const { rest } = entryUrl(url, ourBase)
  const [path = '', query = ''] = rest.split('?', 2)
  return { segments: parseSegments(path), query: new URLSearchParams(query) }
}

/**
 * An entry's `request.url` without our base.
 *
 * @throws BrokerError `fhir_path_invalid` for one on another host
 */
export function entryUrl(
  url: string,
  ourBase: string,
): { readonly rest: string; readonly isAbsolute: boolean } {
  const isOurs = url.startsWith(ourBase) && /^(?:$|[/?])/.test(url.slice(ourBase.length))
  if (isOurs) return { rest: url.slice(ourBase.length), isAbsolute: true }
  if (/^(?:[a-z][a-z0-9+.-]*:|\/\/|\\)/i.test(url.trim()) || url.includes('#')) {
    throw new BrokerError('fhir_path_invalid')
  }
  return { rest: url, isAbsolute: false }
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
