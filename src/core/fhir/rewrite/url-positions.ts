import { BrokerError } from '#core/errors.ts'
import type { JsonVisitor, Rewrite } from './json-scanner.ts'
import type { PrefixRewrite } from './prefix-rewrite.ts'

/** Bundles whose content is signed or kept as it was written; they are nobody's pages. */
const VERBATIM_BUNDLES: readonly string[] = ['document', 'message', 'collection']

/** Elements of the type Attachment, whose `url` is an address; a `url` elsewhere is a name. */
export const ATTACHMENTS: readonly string[] = [
  'attachment',
  'contentAttachment',
  'defaultValueAttachment',
  'fixedAttachment',
  'legallyBindingAttachment',
  'patternAttachment',
  'sequenceAttachment',
  'sourceAttachment',
  'valueAttachment',
  'content',
  'document',
  'form',
  'image',
  'photo',
  'presentedForm',
]

/** Elements with a `reference` that is a document's address, and not a Reference's. */
export const OTHER_REFERENCES: readonly string[] = [
  'education',
  'expression',
  'valueExpression',
  'defaultValueExpression',
  'fixedExpression',
  'patternExpression',
]

const attachments: ReadonlySet<string> = new Set(ATTACHMENTS)
const otherReferences: ReadonlySet<string> = new Set(OTHER_REFERENCES)

/** Every key that matters anywhere. */
export const KEYS: readonly string[] = [
  ...['resourceType', 'type', 'link', 'entry', 'contained', 'signature', 'resource', 'outcome'],
  ...['fullUrl', 'request', 'response', 'location', 'relation', 'url', 'reference'],
  ...ATTACHMENTS,
  ...OTHER_REFERENCES,
]

/** What becomes of an address, by what it is there for. */
export interface UrlRewrites {
  /** A link of a Bundle, which is itself within `depth` resources: 0 for the answer. */
  link(url: string, relation: string | undefined, depth: number): string
  /** What a resource is called, a reference to it, or an attachment's content. */
  identity(url: string): string
  /** Says the same as {@link identity} of most addresses, without their being read. */
  readonly identityPrefix?: PrefixRewrite
  /** Where a write of a batch went. */
  location(url: string): string
  /** What an entry of a batch asks for. */
  request(url: string): string
}

/** What an object or array is, as far as addresses go; the items of an array are what it is. */
const PLACE = {
  resource: 0,
  element: 1,
  attachment: 2,
  otherReference: 3,
  link: 4,
  entry: 5,
  request: 6,
  response: 7,
} as const
type Place = (typeof PLACE)[keyof typeof PLACE]

/** A resource that is open. */
interface OpenResource {
  readonly depth: number
  /** Addresses changed before it began. */
  readonly changesBefore: number
  type?: string
  isVerbatim: boolean
}

/**
 * Finds the URL-valued positions of FHIR in JSON, of any version from DSTU2 on, and gives them to the
 * rewrites: `link.url`, `fullUrl`, `request.url` and `response.location` of Bundles wherever they stand,
 * `reference` of References, `url` of Attachments. Never text, identifiers, canonicals, the names of
 * extensions, or data; and nothing at all in a Provenance, in a Bundle that is a document, a message
 * or a collection, and in one that is signed.
 *
 * A resource that has not yet said what it is counts as a Bundle: a link that leads out must not
 * leave because of the order of members.
 *
 * @throws BrokerError `upstream_answer_invalid` for a signature over what was already changed
 */
export function urlPositions(rewrites: UrlRewrites): JsonVisitor {
  const places: Place[] = []
  const arrays: boolean[] = []
  const resources: OpenResource[] = []
  let place: Place = PLACE.resource
  let isArray = true
  let name: string | undefined
  let relation: string | undefined
  let changes = 0

  const changing = (rewrite: (value: string) => string): Rewrite => {
    return (value) => {
      const rewritten = rewrite(value)
      if (rewritten !== value) changes += 1
      return rewritten
    }
  }
  const { identityPrefix } = rewrites
  const identity: Rewrite = Object.assign(changing(rewrites.identity), {
    prefix: identityPrefix && {
      by: identityPrefix.by,
      lengthIn(data: Uint8Array, start: number, end: number) {
        const length = identityPrefix.lengthIn(data, start, end)
        if (length !== undefined && length > 0) changes += 1
        return length
      },
    },
  })
  const location = changing(rewrites.location)
  const request = changing(rewrites.request)
  const link = changing((url) => rewrites.link(url, relation, resources.length - 1))
  const readRelation: Rewrite = (value) => {
    relation = value
    return value
  }
  const readResourceType: Rewrite = (value) => {
    const resource = resources.at(-1)
    if (resource) {
      resource.type = value
      if (value === 'Provenance') resource.isVerbatim = true
    }
    return value
  }
  const readType: Rewrite = (value) => {
    const resource = resources.at(-1)
    const isBundle = resource?.type === undefined || resource.type === 'Bundle'
    if (resource && isBundle && VERBATIM_BUNDLES.includes(value)) resource.isVerbatim = true
    return value
  }

  /** What the value of the member `name` is. */
  function inner(): Place {
    const mayBeBundle = () => [undefined, 'Bundle'].includes(resources.at(-1)?.type)
    switch (name) {
      case 'link':
        if (place === PLACE.entry) return PLACE.link
        return place === PLACE.resource && mayBeBundle() ? PLACE.link : PLACE.element
      case 'entry':
        return place === PLACE.resource && mayBeBundle() ? PLACE.entry : PLACE.element
      case 'request':
        return place === PLACE.entry ? PLACE.request : PLACE.element
      case 'response':
        return place === PLACE.entry ? PLACE.response : PLACE.element
      case 'contained':
        return place === PLACE.resource ? PLACE.resource : PLACE.element
      case 'outcome':
        return place === PLACE.response ? PLACE.resource : PLACE.element
      case 'resource':
        if (place === PLACE.entry) return PLACE.resource
        return place === PLACE.element && resources.at(-1)?.type === 'Parameters'
          ? PLACE.resource
          : PLACE.element
    }
    if (name === undefined) return PLACE.element
    if (attachments.has(name)) return PLACE.attachment
    return otherReferences.has(name) ? PLACE.otherReference : PLACE.element
  }

  return {
    open(opensArray) {
      const opened = isArray ? place : inner()
      places.push(place)
      arrays.push(isArray)
      place = opened
      isArray = opensArray
      name = undefined
      if (opensArray) return
      if (place === PLACE.link) relation = undefined
      if (place === PLACE.resource) {
        const isVerbatim = resources.at(-1)?.isVerbatim ?? false
        resources.push({ depth: places.length, changesBefore: changes, isVerbatim })
      }
    },

    close() {
      if (resources.at(-1)?.depth === places.length) resources.pop()
      place = places.pop() ?? PLACE.resource
      isArray = arrays.pop() ?? true
      name = undefined
    },

    key(key) {
      name = key
      if (key !== 'signature' || place !== PLACE.resource) return
      const resource = resources.at(-1)
      if (resource?.type !== undefined && resource.type !== 'Bundle') return
      if (resource && changes > resource.changesBefore) {
        throw new BrokerError('upstream_answer_invalid', { detail: { reason: 'signed_late' } })
      }
      if (resource) resource.isVerbatim = true
    },

    string() {
      if (isArray || name === undefined) return undefined
      if (place === PLACE.resource) {
        if (name === 'resourceType') return readResourceType
        return name === 'type' ? readType : undefined
      }
      if (resources.at(-1)?.isVerbatim) return undefined
      switch (name) {
        case 'reference':
          return place === PLACE.element || place === PLACE.attachment ? identity : undefined
        case 'url':
          if (place === PLACE.link) return link
          if (place === PLACE.request) return request
          return place === PLACE.attachment ? identity : undefined
        case 'relation':
          return place === PLACE.link ? readRelation : undefined
        case 'fullUrl':
          return place === PLACE.entry ? identity : undefined
        case 'location':
          return place === PLACE.response ? location : undefined
      }
      return undefined
    },
  }
}
