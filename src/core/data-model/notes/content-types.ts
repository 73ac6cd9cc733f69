import type { File } from '#core/data-model/documents/files.ts'

/** How the data model names the content of a note, and what FHIR calls that. */
const TEXTS = { 'Plain Text': 'text/plain', 'Rich Text': 'text/rtf' } as const

/** Another name that is in use for rich text. */
const ALSO_RICH = 'application/rtf'

/** A note's file as the data model tells it: a text as text, all else in base64. */
export function contentTypeOf({ data, mediaType = '' }: Extract<File, { data: string }>) {
  const [type, ...parameters] = mediaType.toLowerCase().split(/\s*;\s*/)
  const [name] =
    Object.entries(TEXTS).find(([, one]) => one === (type === ALSO_RICH ? 'text/rtf' : type)) ?? []
  const charset = parameters.find((one) => one.startsWith('charset='))?.slice('charset='.length)
  const text = name && /^(?:utf-?8|us-ascii)?$/.test(charset ?? '') ? utf8(data) : undefined
  return text === undefined
    ? { ContentType: 'Base64 Encoded', FileContents: data }
    : { ContentType: name, FileContents: text }
}

function utf8(base64: string): string | undefined {
  try {
    return new TextDecoder('utf-8', { fatal: true }).decode(Buffer.from(base64, 'base64'))
  } catch {
    return undefined
  }
}
