import { gunzipSync } from 'node:zlib'
import { BrokerError } from '#core/errors.ts'
import type { FhirRequest } from './fhir-request.ts'

/** Nobody's resource is larger, and a small body that unpacks to more is an attack. */
const MOST_BYTES = 16 * 1024 * 1024

/**
 * The request with its body decompressed: what is in it has to be looked at.
 *
 * @throws BrokerError `request_too_large`; `fhir_media_type_unsupported` for a coding but gzip;
 * `request_body_invalid` when it is not what it says
 */
export function withPlainBody(request: FhirRequest): FhirRequest {
  const codings = request
    .header('content-encoding')
    .flatMap((line) => line.split(','))
    .map((coding) => coding.trim().toLowerCase())
    .filter((coding) => coding !== '' && coding !== 'identity')
  if (codings.length === 0 || request.body.byteLength === 0) return request
  if (codings.length > 1 || !['gzip', 'x-gzip'].includes(codings[0] ?? '')) {
    throw new BrokerError('fhir_media_type_unsupported', { hint: 'Compress with gzip, if at all.' })
  }
  return {
    ...request,
    header: (name) => (name === 'content-encoding' ? [] : request.header(name)),
    body: gunzip(request.body),
  }
}

function gunzip(body: Uint8Array): Uint8Array {
  try {
    return gunzipSync(body, { maxOutputLength: MOST_BYTES })
  } catch (error) {
    const isTooLarge = error instanceof RangeError
    throw new BrokerError(isTooLarge ? 'request_too_large' : 'request_body_invalid', {
      ...(!isTooLarge && { hint: 'The body is not gzip, as its Content-Encoding says.' }),
    })
  }
}
