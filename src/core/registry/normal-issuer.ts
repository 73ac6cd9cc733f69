/** Longer addresses are nobody's FHIR base, and would not fit an index key of DynamoDB. */
const MAX_LENGTH = 1024

/** Scheme and authority, which have no case, and all that follows, which has. */
const SCHEME_AND_AUTHORITY = /^(https?:\/\/[^/]*)(.*)$/is

/**
 * The one normal form of an issuer, that is, of a FHIR base URL: what two of them are compared in.
 *
 * Scheme and host become lower case, the scheme's default port is dropped, and so is one final
 * slash. Nothing else is made equal: an address that the WHATWG parser would change in any other way
 * is not acceptable, nor is an empty path segment. So userinfo, query, fragment (empty ones too),
 * backslashes, white space, characters beyond ASCII, dot segments in clear or encoded, and other
 * spellings of an IP address or port all answer `undefined`, as does anything but http and https.
 * A normal form is its own normal form.
 */
export function normalIssuer(iss: string): string | undefined {
  if (iss.length > MAX_LENGTH || !URL.canParse(iss)) return undefined
  const [, authority, path] = SCHEME_AND_AUTHORITY.exec(iss) ?? []
  if (authority === undefined || path === undefined) return undefined

  const url = new URL(iss)
  const origin = `${url.protocol}//${url.host}`
  const written = authority.toLowerCase()
  const defaultPort = url.protocol === 'https:' ? ':443' : ':80'
  if (written !== origin && written !== origin + defaultPort) return undefined
  if ((path || '/') !== url.pathname || path.includes('//')) return undefined

  return origin + url.pathname.replace(/\/$/, '')
}
