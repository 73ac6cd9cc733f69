import type { File } from '#core/data-model/documents/files.ts'
import { entryOf } from '#core/entry-of.ts'

/** How the data model names the content of a note, and what FHIR calls that. */
const TEXTS = { 'Plain Text': 'text/plain', 'Rich Text': 'text/rtf' } as const

/** Another name that is in use for rich text. */
const ALSO_RICH = 'application/rtf'

/** What a note may be sent as; files of other kinds go in base64, with their name. */
export const CONTENT_TYPES = ['Plain Text', 'Rich Text', 'Base64 Encoded'] as const

export const BASE64 = /^(?:[A-Za-z0-9+/]{4})*(?:[A-Za-z0-9+/]{2}==|[A-Za-z0-9+/]{3}=)?$/

/** By the ending of the file's name. */
const MEDIA_TYPES: Readonly<Record<string, string>> = {
  html: 'text/html',
  jpg: 'image/jpeg',
  pdf: 'application/pdf',
  png: 'image/png',
}

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

/** A note as an attachment of FHIR: media type and base64. */
export function attachmentOf(contentType: string, contents: string, fileName: string) {
  if (!Object.hasOwn(TEXTS, contentType)) {
    const ending = fileName.split('.').at(-1)?.toLowerCase() ?? ''
    return {
      contentType: entryOf(MEDIA_TYPES, ending) ?? 'application/octet-stream',
      data: contents,
    }
  }
  return {
    contentType: `${TEXTS[contentType as keyof typeof TEXTS]}; charset=utf-8`,
    data: Buffer.from(contents).toString('base64'),
  }
}

function utf8(base64: string): string | undefined {
  try {
    return new TextDecoder('utf-8', { fatal: true }).decode(Buffer.from(base64, 'base64'))
  } catch {
    return undefined
  }
}
