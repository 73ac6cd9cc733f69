import { BrokerError } from '#core/errors.ts'
import { SESSION_PARAMETER } from '#core/session/named-session.ts'
import type { FhirRequest } from './fhir-request.ts'
import type { InteractionCode } from './interactions.ts'
import { foreignCharset, isJson, isXml, mediaTypeOf } from './media-type.ts'

const FORM = 'application/x-www-form-urlencoded'
const NONE: Readonly<URLSearchParams> = new URLSearchParams()

/** What an interaction takes for a body. */
const CONTENT: Partial<Record<InteractionCode, 'needed' | 'optional'>> = {
  create: 'needed',
  update: 'needed',
  patch: 'needed',
  batch: 'needed',
  // Bulk exports are begun by a POST of nothing.
  operation: 'optional',
  delete: 'optional',
}

/**
 * Refuses what is not JSON: addresses in XML would pass as they are, and lead past the broker.
 * `_format` beats `Accept` (FHIR R4, content types). Of a `Binary` any other content may be asked for
 * and sent, since that is no representation of FHIR's.
 *
 * @throws BrokerError `fhir_format_unsupported`, `fhir_media_type_unsupported`, `request_body_invalid`
 */
export function checkRepresentation(
  request: FhirRequest,
  options: { readonly code: InteractionCode; readonly isBinary: boolean },
): void {
  const { code, isBinary } = options
  const content = CONTENT[code]
  if (content) checkContent(request, { isNeeded: content === 'needed', isBinary })
  const form = formOf(request, code)
  if (form.has(SESSION_PARAMETER)) {
    // The form goes to the EHR as it is, and the SessionID must not.
    throw new BrokerError('request_body_invalid', {
      hint: 'Name the session in the query, not in the form.',
    })
  }

  const formats = [...request.query.getAll('_format'), ...form.getAll('_format')]
  if (formats.length > 0) {
    if (!formats.every(isJsonFormat)) throw new BrokerError('fhir_format_unsupported')
    return
  }
  const accepted = request.header('accept').flatMap((line) => line.split(','))
  if (accepted.every((range) => range.trim() === '')) return
  const admits = isBinary ? (type: string) => !isXml(type) : admitsJson
  if (!accepted.map(mediaTypeOf).some(admits)) throw new BrokerError('fhir_format_unsupported')
}

/** The form of a search by POST; empty for any other request, and for one without a body. */
export function formOf(request: FhirRequest, code: InteractionCode): Readonly<URLSearchParams> {
  if (code !== 'search' || request.method !== 'POST' || request.body.byteLength === 0) return NONE
  const [contentType, ...others] = request.header('content-type')
  if (mediaTypeOf(contentType) !== FORM || others.length > 0) {
    throw new BrokerError('fhir_media_type_unsupported')
  }
  return new URLSearchParams(Buffer.from(request.body).toString('utf8'))
}

/** What is written is JSON too, or a patch of it. */
function checkContent(
  { body, header }: FhirRequest,
  { isNeeded, isBinary }: { readonly isNeeded: boolean; readonly isBinary: boolean },
): void {
  if (body.byteLength === 0) {
    if (!isNeeded) return
    throw new BrokerError('request_body_invalid', { hint: 'Send the resource, or the patch.' })
  }
  const [contentType = '', ...others] = header('content-type')
  const mediaType = mediaTypeOf(contentType)
  const isTaken =
    (isBinary && mediaType !== '' && !isXml(mediaType)) ||
    (isJson(mediaType) && !foreignCharset(contentType))
  if (!isTaken || others.length > 0) throw new BrokerError('fhir_media_type_unsupported')
}

function admitsJson(mediaRange: string): boolean {
  return ['*/*', 'application/*', 'text/*'].includes(mediaRange) || isJson(mediaRange)
}

/** `json`, or a media type whose `+` may have become a space on its way through a query. */
function isJsonFormat(format: string): boolean {
  const name = mediaTypeOf(format).replaceAll(' ', '+')
  return name === 'json' || isJson(name)
}
