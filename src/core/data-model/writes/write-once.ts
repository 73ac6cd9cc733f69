import { createHash } from 'node:crypto'
import type { FhirApi, Identifier } from '#core/data-model/gather/fhir-api.ts'
import { pagesOf } from '#core/data-model/gather/pages.ts'
import { isObject, type Json, listOf, wordOf } from '#core/data-model/mapping/json.ts'
import type { ModelContext } from '#core/data-model/model.ts'
import { BrokerError, type ErrorCode } from '#core/errors.ts'

/** The system of the identifiers that say by which message a resource was written. */
const MESSAGE_SYSTEM = 'urn:uuid:3f0c8a52-7f1c-4b0e-9a55-2d8f6f4f1d07'

/** Of a search for what was written; the condition of the create stands behind them. */
const MOST_PAGES = 20

/** Failures after which nobody knows whether the EHR has done it. */
const UNKNOWN: readonly ErrorCode[] = [
  'upstream_timeout',
  'upstream_interrupted',
  'upstream_unavailable',
]

/** A part of a message, and the resource that it becomes. */
export interface Written {
  /** The part's path in the message: `Observations[1]`. */
  readonly part: string
  readonly resource: Json
}

/** A message that is written: as its model reads it, so what says nothing to it makes no difference. */
interface Message {
  readonly Meta: {
    readonly DataModel: string
    readonly EventType: string
    readonly Message?: { readonly ID?: number | null | undefined } | null | undefined
  }
}

/**
 * Creates the resources of a message in their order, those that the EHR has already left out.
 *
 * Each carries an identifier that is made of the app, the message's id and its content, and is
 * looked for before it is created, on that condition again. So the EHR itself is what remembers: no
 * marker of ours can be lost, or be left over, between the write and it. The content belongs to it
 * so that an id that is used for two messages loses neither.
 *
 * @throws BrokerError what failed, where nothing was written; else `data_model_write_incomplete`,
 * with what was written, what was not, and of what it is not known
 */
export async function writeOnce(
  message: Message,
  parts: readonly Written[],
  { api, session }: Pick<ModelContext, 'api' | 'session'>,
): Promise<void> {
  const { Meta, ...content } = message
  const { DataModel, EventType } = Meta
  const key = [session.app, session.patient, DataModel, EventType, Meta.Message?.ID, content]
  const written: string[] = []
  for (const [index, { part, resource }] of parts.entries()) {
    const identifier = {
      system: MESSAGE_SYSTEM,
      value: createHash('sha256')
        .update(JSON.stringify([key, index]))
        .digest('base64url'),
    }
    try {
      if (!(await isThere(resource, identifier, api))) {
        const own = [...listOf(resource['identifier']), identifier]
        await api.create({ ...resource, identifier: own }, identifier)
      }
    } catch (thrown) {
      const error = BrokerError.from(thrown)
      const rest = parts.slice(index + 1).map((one) => one.part)
      throw incomplete(error, { written, failed: part, rest })
    }
    written.push(part)
  }
}

/** A server that does not know the parameter finds others too, page after page. */
async function isThere(resource: Json, { system, value }: Identifier, api: FhirApi) {
  const asked = new URLSearchParams({ identifier: `${system}|${value}` })
  let pages = 0
  for await (const { resources } of pagesOf(wordOf(resource['resourceType']), asked, api)) {
    const isFound = resources.some((one) =>
      listOf(one['identifier']).some(
        (own) => isObject(own) && own['system'] === system && own['value'] === value,
      ),
    )
    if (isFound) return true
    pages += 1
    if (pages >= MOST_PAGES) break
  }
  return false
}

function incomplete(
  error: BrokerError,
  told: {
    readonly written: readonly string[]
    readonly failed: string
    readonly rest: readonly string[]
  },
): BrokerError {
  const isUnknown = UNKNOWN.includes(error.code)
  const ofSession = /^(?:session|token)_/.test(error.code)
  if (told.written.length === 0 && (!isUnknown || ofSession)) return error
  const { written, failed, rest } = told
  const not = isUnknown ? rest : [failed, ...rest]
  return new BrokerError('data_model_write_incomplete', {
    hint: [
      `Written: ${written.join(', ') || 'nothing'}.`,
      ...(isUnknown ? [`Not known: ${failed}.`] : []),
      ...(not.length > 0 ? [`Not written: ${not.join(', ')}.`] : []),
      error.message,
    ].join(' '),
    cause: error,
    detail: error.detail,
  })
}
