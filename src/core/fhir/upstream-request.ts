import type { StreamingRequest } from '#core/egress.ts'
import { BrokerError } from '#core/errors.ts'
import type { Secret } from '#core/secret.ts'
import { SESSION_PARAMETER } from '#core/session/named-session.ts'
import { ehrBaseUrl } from './ehr-addresses.ts'
import { encodeSegments } from './fhir-path.ts'
import type { FhirRequest } from './fhir-request.ts'

/**
 * What of the app's request reaches the EHR. A list of what may, never of what may not: the app's
 * `Authorization` and cookies stay here, and so does `X-Forwarded-*`, from which servers build links.
 */
const PASSED_ON = [
  'accept-language',
  'if-match',
  'if-none-exist',
  'if-modified-since',
  'if-none-match',
  'prefer',
  'traceparent',
  'tracestate',
  'x-correlation-id',
  'x-provenance',
  'x-request-id',
  'x-security-context',
] as const

/** With content that passes byte for byte also these: a part of a Bundle could not be rewritten. */
const PASSED_ON_IF_OPAQUE = [...PASSED_ON, 'accept-encoding', 'if-range', 'range'] as const

/**
 * The request's address at the EHR: never outside the base, and without the session.
 *
 * The query is written anew from decoded parameters, the only form API Gateway gives: each name's
 * values keep their order and every value its meaning, whatever it holds; escapes may be spelt
 * otherwise than the app did, and the order across names is API Gateway's.
 *
 * @throws BrokerError `fhir_path_invalid`
 */
export function upstreamUrl(
  fhirBaseUrl: string,
  segments: readonly string[],
  query: URLSearchParams,
): URL {
  const base = ehrBaseUrl(fhirBaseUrl)
  const search = query.size === 0 ? '' : searchOf(query)
  const path = `${base.href.slice(0, -1)}${encodeSegments(segments)}`
  const url = new URL(search === '' ? path : `${path}?${search}`)
  const isWithin = url.origin === base.origin && `${url.pathname}/`.startsWith(base.pathname)
  // The segments were checked before; this holds even if that check is ever wrong.
  if (!isWithin) throw new BrokerError('fhir_path_invalid')
  return url
}

function searchOf(query: URLSearchParams): string {
  return [...query]
    .filter(([name, value]) => name !== SESSION_PARAMETER && (name !== '' || value !== ''))
    .map(([name, value]) => `${encode(name)}=${encode(value)}`)
    .join('&')
}

export interface UpstreamInitOptions {
  readonly accessToken: Secret
  /** The answer passes byte for byte, whatever it is. */
  readonly isOpaque: boolean
  /** What is sent in place of the request's own body. */
  readonly body?: Uint8Array
  /** Names this deployment, so that it knows its own requests again. */
  readonly via: string
}

/** The method, header fields and body to send, with the session's token in place of the app's. */
export function upstreamInit(
  request: FhirRequest,
  { accessToken, isOpaque, body = request.body, via }: UpstreamInitOptions,
): StreamingRequest {
  const headers: Record<string, string> = {
    accept: (isOpaque && request.header('accept').join(', ')) || 'application/fhir+json',
    // Addresses are rewritten as the body streams by, which a content coding would hide.
    'accept-encoding': 'identity',
    authorization: `Bearer ${accessToken.reveal()}`,
    via,
  }
  for (const name of isOpaque ? PASSED_ON_IF_OPAQUE : PASSED_ON) {
    const values = request.header(name)
    if (values.length > 0) headers[name] = values.join(', ')
  }
  const { method } = request
  const hasBody = method === 'POST' || (body.byteLength > 0 && !['GET', 'HEAD'].includes(method))
  if (!hasBody) return { method, headers }

  const [contentType] = request.header('content-type')
  if (contentType !== undefined) headers['content-type'] = contentType
  else if (body.byteLength > 0) headers['content-type'] = 'application/x-www-form-urlencoded'
  return { method, headers, body }
}

/** Spaces as `%20`, which every server reads alike, and a lone surrogate as U+FFFD. */
function encode(text: string): string {
  return encodeURIComponent(Buffer.from(text).toString())
}
