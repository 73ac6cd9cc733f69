import { BrokerError } from '#core/errors.ts'
import { SESSION_PARAMETER } from '#core/session/named-session.ts'
import { entryUrl, splitUrl } from './batch/entry-url.ts'
import { isJson, mediaTypeOf } from './media-type.ts'
import { PAGE_PARAMETER } from './page-link.ts'
import { rewriteWhole } from './rewrite/rewrite-urls.ts'

export interface UpstreamBodyOptions {
  readonly contentType: string | undefined
  readonly ourBase: string
  readonly ehrBase: string
  readonly isBatch: boolean
  /** Where the page is, below the EHR's base, that an entry of a batch asks for. */
  readonly pageTarget: (url: string) => string
}

/**
 * What is written, with addresses on our base put back on the EHR's: whoever reads a resource here
 * and writes it again must not leave the broker's address in it. Other bytes stay as they are, and so
 * does what holds none of our addresses.
 *
 * @throws BrokerError `request_body_invalid` when that takes reading it, and it is not JSON
 */
export function upstreamBody(body: Uint8Array, options: UpstreamBodyOptions): Uint8Array {
  if (body.byteLength === 0) return body
  const { contentType, ourBase, isBatch } = options
  const mediaType = mediaTypeOf(contentType)
  const isResource = isJson(mediaType) && mediaType !== 'application/json-patch+json'
  const bytes = Buffer.from(body)
  const mayHold = bytes.includes(new URL(ourBase).host) || bytes.includes(SESSION_PARAMETER)
  const mayAsk = isBatch && (bytes.includes(PAGE_PARAMETER) || bytes.includes('"/'))
  if (!isResource || !(mayHold || mayAsk)) return body

  const identity = (url: string) => toEhr(url, options)
  try {
    return rewriteWhole(body, {
      link: identity,
      identity,
      location: identity,
      request: (url) => entryToEhr(url, options),
    })
  } catch (error) {
    if (!(error instanceof BrokerError) || error.code !== 'upstream_answer_invalid') throw error
    throw new BrokerError('request_body_invalid', { detail: error.detail })
  }
}

function toEhr(url: string, { ourBase, ehrBase }: UpstreamBodyOptions): string {
  return url.startsWith(`${ourBase}/`) ? ehrBase + url.slice(ourBase.length) : url
}

/**
 * An entry's `request.url`, without the session that a link of ours had, and without a slash before
 * it: it is meant from the base, and servers exist that would take it from their root.
 */
function entryToEhr(url: string, options: UpstreamBodyOptions): string {
  const { rest: written, isAbsolute } = entryUrl(url, options.ourBase)
  const rest = isAbsolute ? written : written.replace(/^\//, '')
  const { path, query } = splitUrl(rest)
  if (new URLSearchParams(query).has(PAGE_PARAMETER)) return options.pageTarget(rest)
  const kept = query.split('&').filter((pair) => !new URLSearchParams(pair).has(SESSION_PARAMETER))
  const clean = query === '' ? rest : [path, ...(kept.length > 0 ? [kept.join('&')] : [])].join('?')
  return isAbsolute ? options.ehrBase + clean : clean
}
