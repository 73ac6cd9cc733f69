import type { Egress, StreamingEgress } from '#core/egress.ts'
import { profileOf, type VendorChoice } from './profile-of.ts'
import { withMembers } from './with-members.ts'

/** A profile is data, and no data changes whose token is sent. */
const NOT_A_VENDORS: readonly string[] = ['authorization', 'dpop', 'via']

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
  const { headers, query } = wantedBy(connection, members)
  if (headers.length + query.length === 0) return egress

  return (target, init, options) => {
    const all = new Headers(init?.headers)
    for (const [name, value] of headers) all.set(name, value)
    return egress(withQuery(new URL(target), query), { ...init, headers: all }, options)
  }
}

/** {@link fhirEgress} for what passes the FHIR door. */
export function fhirStreamingEgress(
  egress: StreamingEgress,
  connection: VendorChoice,
  members: Readonly<Record<string, unknown>> = {},
): StreamingEgress {
  const { headers, query } = wantedBy(connection, members)
  if (headers.length + query.length === 0) return egress

  return (target, request, options) => {
    const all = { ...request.headers, ...Object.fromEntries(headers) }
    return egress(withQuery(target, query), { ...request, headers: all }, options)
  }
}

const NOTHING = { headers: [], query: [] } as const

/** What the vendor wants in each request, the names of headers in lower case. */
function wantedBy(connection: VendorChoice, members: Readonly<Record<string, unknown>>) {
  const { fhirHeaders, fhirQuery } = profileOf(connection)
  if (isEmpty(fhirHeaders) && isEmpty(fhirQuery)) return NOTHING
  return {
    headers: Object.entries(withMembers(fhirHeaders, members))
      .map(([name, value]) => [name.toLowerCase(), value] as const)
      .filter(([name]) => !NOT_A_VENDORS.includes(name)),
    query: Object.entries(withMembers(fhirQuery, members)),
  }
}

function isEmpty(templates: Readonly<Record<string, string>>): boolean {
  return Object.keys(templates).length === 0
}

/** Adds what is missing, and leaves what is there as it is written. */
function withQuery(target: URL, query: readonly (readonly [string, string])[]): URL {
  const url = new URL(target)
  const missing = query
    .filter(([name]) => !url.searchParams.has(name))
    .map(([name, value]) => `${encodeURIComponent(name)}=${encodeURIComponent(value)}`)
  if (missing.length > 0) url.search = [url.search.slice(1), ...missing].filter(Boolean).join('&')
  return url
}
