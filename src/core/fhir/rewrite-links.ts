import type { AddressMap } from './ehr-addresses.ts'
import type { Shape } from './json-position.ts'
import { rewriteStrings } from './rewrite-strings.ts'

/** Bundles whose content is signed or kept as it was written; they are nobody's pages. */
const VERBATIM: readonly string[] = ['document', 'message', 'collection']

/**
 * Puts the addresses of a Bundle on our base as it streams by: `link.url`, `entry.fullUrl` and
 * `entry.response.location` of the Bundle that the body is, not of one within it. Every other byte
 * stays as it was; a body that says it is another resource, or a Bundle that is not a list of pages,
 * passes whole. One that has not yet said what it is counts as a Bundle: a link that leads out must
 * not leave because of the order of members.
 *
 * The stream errors, and the answer ends cut off, when the body is not JSON in UTF-8 or ends early.
 */
export function rewriteLinks(map: AddressMap): TransformStream<Uint8Array, Uint8Array> {
  let verbatim = false
  let relation: string | undefined
  const unlessVerbatim = (rewrite: (url: string) => string) => (value: string) =>
    verbatim ? value : rewrite(value)

  const bundle: Shape = {
    resourceType: (value) => {
      verbatim ||= value !== 'Bundle'
      return value
    },
    type: (value) => {
      verbatim ||= VERBATIM.includes(value)
      return value
    },
    link: [
      {
        relation: (value) => {
          relation = value
          return value
        },
        url: unlessVerbatim((url) => {
          const known = relation
          relation = undefined
          return map.link(url, known)
        }),
      },
    ],
    entry: [
      {
        fullUrl: unlessVerbatim(map.identity),
        response: { location: unlessVerbatim(map.location) },
      },
    ],
  }
  return rewriteStrings(bundle)
}
