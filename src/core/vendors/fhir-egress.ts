import type { Egress } from '#core/egress.ts'
import { profileOf, type VendorChoice } from './profile-of.ts'
import { withMembers } from './with-members.ts'

/** A profile is data, and no data changes whose token is sent. */
const NOT_A_VENDORS: readonly string[] = ['authorization', 'via']

/**
 * The way to an EHR's FHIR server, with the headers and query parameters that its vendor wants in
 * every request. What the broker sets itself, the token above all, they do not replace, nor a
 * parameter that the request has.
 *
 * @param members of the token response that these may refer to
 */
export function fhirEgress(
  egress: Egress,
  connection: VendorChoice,
  members: Readonly<Record<string, unknown>> = {},
): Egress {
  const { fhirHeaders, fhirQuery } = profileOf(connection)
  const headers = Object.entries(withMembers(fhirHeaders, members))
  const query = Object.entries(withMembers(fhirQuery, members))
  if (headers.length + query.length === 0) return egress

  return (target, init, options) => {
    const all = new Headers(init?.headers)
    for (const [name, value] of headers) {
      if (!NOT_A_VENDORS.includes(name.toLowerCase())) all.set(name, value)
    }
    return egress(withQuery(new URL(target), query), { ...init, headers: all }, options)
  }
}

/** Adds what is missing, and leaves what is there as it is written. */
function withQuery(url: URL, query: readonly (readonly [string, string])[]): URL {
  const missing = query
    .filter(([name]) => !url.searchParams.has(name))
    .map(([name, value]) => `${encodeURIComponent(name)}=${encodeURIComponent(value)}`)
  if (missing.length > 0) url.search = [url.search.slice(1), ...missing].filter(Boolean).join('&')
  return url
}
