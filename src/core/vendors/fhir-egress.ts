import type { Egress } from '#core/egress.ts'
import { profileOf, type VendorChoice } from './profile-of.ts'
import { withMembers } from './with-members.ts'

/**
 * The way to an EHR's FHIR server, with the headers and query parameters that its vendor wants in
 * every request. What the broker sets itself, the token above all, they do not replace.
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
    const url = new URL(target)
    for (const [name, value] of query) url.searchParams.set(name, value)
    const all = new Headers(init?.headers)
    for (const [name, value] of headers) {
      if (name.toLowerCase() !== 'authorization') all.set(name, value)
    }
    return egress(url, { ...init, headers: all }, options)
  }
}
