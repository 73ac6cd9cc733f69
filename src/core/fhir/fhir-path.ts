import { BrokerError } from '#core/errors.ts'

/** A path of the FHIR route, taken apart and decoded. Nothing in it has been looked up yet. */
export interface FhirPath {
  readonly version: string
  readonly organization: string
  readonly environment: string
  /** What follows the base: `['Patient', '123']`; empty for the base itself. */
  readonly segments: readonly string[]
}

const VERSIONS: readonly string[] = ['DSTU2', 'STU3', 'R4', 'R4B', 'R5']

/**
 * What a segment may hold once decoded. An allow-list, so that every trick with a separator, an
 * escape or a control character is refused without being named. Wider than FHIR's `id` by what
 * servers are known to put in theirs, and by `$` and `*` for operations and compartments.
 */
const SEGMENT = /^[A-Za-z0-9\-._~$*|:=]{1,256}$/

/**
 * Takes `event.path` of a REST API apart: the path below the stage, percent-encoded as the caller
 * sent it. (`pathParameters` and `requestContext.path` are not used: the former is decoded by other
 * gateways, the latter has the stage.) Each segment is decoded once and checked; a `%` that remains
 * was encoded twice, and is refused, so the answer is right for a decoded path as well.
 *
 * One final slash is dropped: clients send batches to `<base>/`.
 *
 * @throws BrokerError `fhir_path_invalid`, or `fhir_path_unknown` for a FHIR version that nobody has
 */
export function parseFhirPath(path: string): FhirPath {
  const [empty, door, ...encoded] = path.split('/')
  if (encoded.at(-1) === '') encoded.pop()
  const [version, organization, environment, ...segments] = encoded.map(decodeSegment)

  if (empty !== '' || door !== 'fhir' || !version || !organization || !environment) {
    throw new BrokerError('fhir_path_unknown')
  }
  if (!VERSIONS.includes(version)) throw new BrokerError('fhir_path_unknown')
  return { version, organization, environment, segments }
}

/**
 * The segments of a path below the base, decoded once and checked; a slash at either end says nothing.
 *
 * @throws BrokerError `fhir_path_invalid`
 */
export function parseSegments(path: string): readonly string[] {
  const encoded = path.split('/')
  if (encoded[0] === '') encoded.shift()
  if (encoded.at(-1) === '') encoded.pop()
  return encoded.map(decodeSegment)
}

/** The segments as they stand in a URL: `/Patient/123`, or nothing for the base. */
export function encodeSegments(segments: readonly string[]): string {
  return segments.map((segment) => `/${encodeSegment(segment)}`).join('')
}

function decodeSegment(encoded: string): string {
  const segment = decode(encoded)
  if (segment === '.' || segment === '..' || !SEGMENT.test(segment)) {
    throw new BrokerError('fhir_path_invalid')
  }
  return segment
}

function decode(encoded: string): string {
  if (!encoded.includes('%')) return encoded
  try {
    return decodeURIComponent(encoded)
  } catch (cause) {
    throw new BrokerError('fhir_path_invalid', { cause })
  }
}

/** Leaves `$`, `:` and `=` as they are: servers that compare `$op` with bytes exist. */
function encodeSegment(segment: string): string {
  if (/^[\w.~-]*$/.test(segment)) return segment
  return encodeURIComponent(segment).replace(/%(?:24|3A|3D)/g, decodeURIComponent)
}
