import { BrokerError } from '#core/errors.ts'
import { SESSION_PARAMETER } from '#core/session/named-session.ts'
import type { FhirRequest } from './fhir-request.ts'
import { foreignCharset, isJson, isXml, mediaTypeOf } from './media-type.ts'

const FORM = 'application/x-www-form-urlencoded'

/**
 * Refuses what is not JSON: addresses in XML would pass as they are, and lead past the broker.
 * `_format` beats `Accept` (FHIR R4, content types). Of a `Binary`, any other content may be asked
 * for by `Accept`, since that is no representation of FHIR's.
 *
 * @throws BrokerError `fhir_format_unsupported`, `fhir_media_type_unsupported`, `request_body_invalid`
 */
export function checkRepresentation(
  request: FhirRequest,
  options: { readonly isBinary: boolean; readonly isWrite: boolean },
): void {
  if (options.isWrite) checkContent(request)
  const form = options.isWrite ? new URLSearchParams() : searchForm(request)
  const formats = [...request.query.getAll('_format'), ...form.getAll('_format')]
  if (formats.length > 0) {
    if (!formats.every(isJsonFormat)) throw new BrokerError('fhir_format_unsupported')
    return
  }

  const accepted = request.header('accept').flatMap((line) => line.split(','))
  if (accepted.every((range) => range.trim() === '')) return
  const admits = options.isBinary ? (type: string) => !isXml(type) : admitsJson
  if (!accepted.map(mediaTypeOf).some(admits)) throw new BrokerError('fhir_format_unsupported')
}

/** What is written is JSON too, or a patch of it; a delete has nothing to check. */
function checkContent(request: FhirRequest): void {
  const { method, body, header } = request
  if (body.byteLength === 0) {
    if (method === 'DELETE') return
    throw new BrokerError('request_body_invalid', { hint: 'Send the resource, or the patch.' })
  }
  const [contentType = '', ...others] = header('content-type')
  const isPlain = header('content-encoding').every((coding) => coding === 'identity')
  if (
    !isJson(mediaTypeOf(contentType)) ||
    foreignCharset(contentType) ||
    others.length > 0 ||
    !isPlain
  ) {
    throw new BrokerError('fhir_media_type_unsupported')
  }
}

/** The form of a search by POST; empty for a request without a body. */
function searchForm(request: FhirRequest): URLSearchParams {
  if (request.method !== 'POST' || request.body.byteLength === 0) return new URLSearchParams()
  const [contentType, ...others] = request.header('content-type')
  const isPlain = request.header('content-encoding').every((coding) => coding === 'identity')
  if (mediaTypeOf(contentType) !== FORM || others.length > 0 || !isPlain) {
    throw new BrokerError('fhir_media_type_unsupported')
  }

  const form = new URLSearchParams(Buffer.from(request.body).toString('utf8'))
  if (form.has(SESSION_PARAMETER)) {
    // The form goes to the EHR as it is, and the SessionID must not.
    throw new BrokerError('request_body_invalid', {
      hint: 'Name the session in the query, not in the form.',
    })
  }
  return form
}

function admitsJson(mediaRange: string): boolean {
  return ['*/*', 'application/*', 'text/*'].includes(mediaRange) || isJson(mediaRange)
}

/** `json`, or a media type whose `+` may have become a space on its way through a query. */
function isJsonFormat(format: string): boolean {
  const name = mediaTypeOf(format).replaceAll(' ', '+')
  return name === 'json' || isJson(name)
}
