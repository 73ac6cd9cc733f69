import { someAtOnce } from '#core/data-model/gather/gather.ts'
import { sectionFailure } from '#core/data-model/gather/section-failure.ts'
import { missing, type Warning } from '#core/data-model/gather/warning.ts'
import { isObject, type Json, listOf, textOf, wordOf } from '#core/data-model/mapping/json.ts'
import type { ModelContext } from '#core/data-model/model.ts'

/** Of one file, in bytes. A larger one is told by its address. */
const LARGEST_FILE = 1024 * 1024
/** Of all files of an answer, which is held in memory; the rest are told by their addresses. */
const ALL_FILES = 16 * 1024 * 1024

/** What a document holds, as far as it is told. */
export type File =
  /** Base64, and the media type that the EHR gives it. */
  | { readonly data: string; readonly mediaType: string | undefined }
  /** Where the app finds it, at the FHIR door or wherever the EHR says. */
  | { readonly address: string }

/**
 * Reads the file of each document: from the document itself, or from the Binary that it refers to.
 *
 * @param attachmentOf the element of a document that says what it holds
 */
export async function readFiles(
  section: string,
  documents: readonly Json[],
  attachmentOf: (document: Json) => unknown,
  { api, sessionBaseUrl }: Pick<ModelContext, 'api' | 'sessionBaseUrl'>,
): Promise<{ readonly files: ReadonlyMap<Json, File>; readonly warnings: readonly Warning[] }> {
  const files = new Map<Json, File>()
  const warnings = new Map<string, Warning>()
  let left = ALL_FILES

  const fileOf = async (document: Json, attachment: Json): Promise<File | undefined> => {
    const { data, url, size } = attachment
    const mediaType = textOf(attachment['contentType'])
    const judge = (base64: string, path: string): File => {
      const bytes = Math.floor((base64.length * 3) / 4)
      if (bytes > LARGEST_FILE || bytes > left) return { address: `${sessionBaseUrl}/${path}` }
      left -= bytes
      return { data: base64, mediaType }
    }
    if (textOf(data))
      return judge(wordOf(data), `${wordOf(document['resourceType'])}/${wordOf(document['id'])}`)
    const address = textOf(url)
    if (address === undefined) return undefined
    const local = api.localReference(address)
    if (!local?.startsWith('Binary/')) return /^https:/.test(address) ? { address } : undefined
    if (typeof size === 'number' && size > Math.min(LARGEST_FILE, left)) {
      return { address: `${sessionBaseUrl}/${local}` }
    }
    const binary = await api.read('Binary', local.slice('Binary/'.length))
    const content = textOf(binary?.['data'])
    return content === undefined ? undefined : judge(content, local)
  }

  await someAtOnce(documents, async (document) => {
    const [attachment] = listOf(attachmentOf(document)).filter(isObject)
    if (!attachment) return
    try {
      const file = await fileOf(document, attachment)
      if (file) files.set(document, file)
    } catch (error) {
      const failure = sectionFailure(error)
      warnings.set(failure.code, missing(section, 'Binary', failure))
    }
  })
  return { files, warnings: [...warnings.values()] }
}
