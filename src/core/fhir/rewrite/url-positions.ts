import { BrokerError } from '#core/errors.ts'
import type { JsonVisitor } from './json-scanner.ts'
import { keyReader } from './key-reader.ts'
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

const NOTHING = new Uint8Array()

/** Types of resources, and of Bundles, that make a difference here. */
const typesThatMatter = keyReader(['Bundle', 'Parameters', 'Provenance'])
const verbatimBundles = keyReader(VERBATIM_BUNDLES)

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

/** What a string that is wanted is there for. */
const WANTED = {
  identity: 0,
  link: 1,
  location: 2,
  request: 3,
  relation: 4,
  resourceType: 5,
  type: 6,
} as const
type Wanted = (typeof WANTED)[keyof typeof WANTED]

/** A resource that is open. */
interface OpenResource {
  /** The containers that it is within, itself included. */
  readonly depth: number
  /** Addresses changed before it began. */
  readonly changesBefore: number
  type: string | undefined
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
 * Throws BrokerError `upstream_answer_invalid` for a signature over what was already changed.
 */
export class UrlPositions implements JsonVisitor {
  readonly #rewrites: UrlRewrites
  readonly #prefix: PrefixRewrite | undefined
  readonly prefix: Uint8Array
  /** What the containers around this one are, and whether they are arrays. */
  readonly #places: Place[] = []
  readonly #arrays: boolean[] = []
  readonly #resources: OpenResource[] = []
  /** The innermost of them. */
  #resource: OpenResource | undefined
  #place: Place = PLACE.resource
  #isArray = true
  #name: string | undefined
  #wanted: Wanted = WANTED.identity
  #relation: string | undefined
  #changes = 0

  constructor(rewrites: UrlRewrites) {
    this.#rewrites = rewrites
    this.#prefix = rewrites.identityPrefix
    this.prefix = this.#prefix?.by ?? NOTHING
  }

  open(isArray: boolean): void {
    const opened = this.#isArray ? this.#place : this.#inner()
    this.#places.push(this.#place)
    this.#arrays.push(this.#isArray)
    this.#place = opened
    this.#isArray = isArray
    this.#name = undefined
    if (isArray) return
    if (opened === PLACE.link) this.#relation = undefined
    if (opened === PLACE.resource) {
      this.#resource = {
        depth: this.#places.length,
        changesBefore: this.#changes,
        type: undefined,
        isVerbatim: this.#resource?.isVerbatim ?? false,
      }
      this.#resources.push(this.#resource)
    }
  }

  close(): void {
    if (this.#resource?.depth === this.#places.length) {
      this.#resources.pop()
      this.#resource = this.#resources[this.#resources.length - 1]
    }
    this.#place = this.#places.pop() ?? PLACE.resource
    this.#isArray = this.#arrays.pop() ?? true
    this.#name = undefined
  }

  key(name: string | undefined): void {
    this.#name = name
    if (name !== 'signature' || this.#place !== PLACE.resource) return
    const resource = this.#resource
    if (!resource || !mayBeBundle(resource)) return
    if (this.#changes > resource.changesBefore) {
      throw new BrokerError('upstream_answer_invalid', { detail: { reason: 'signed_late' } })
    }
    resource.isVerbatim = true
  }

  wants(): boolean {
    const wanted = this.#isArray ? undefined : this.#wantedBy(this.#name)
    if (wanted === undefined) return false
    this.#wanted = wanted
    return true
  }

  rewrite(value: string): string {
    const rewritten = this.#rewritten(value)
    if (rewritten !== value) this.#changes += 1
    return rewritten
  }

  skim(data: Uint8Array, start: number, end: number): number | undefined {
    switch (this.#wanted) {
      case WANTED.identity: {
        const length = this.#prefix?.lengthIn(data, start, end)
        if (length !== undefined && length > 0) this.#changes += 1
        return length
      }
      case WANTED.resourceType:
        this.#rewritten(typesThatMatter.read(data, start, end) ?? 'another')
        return 0
      case WANTED.type:
        this.#rewritten(verbatimBundles.read(data, start, end) ?? 'another')
        return 0
    }
    return undefined
  }

  #wantedBy(name: string | undefined): Wanted | undefined {
    const place = this.#place
    if (name === undefined) return undefined
    if (place === PLACE.resource) {
      if (name === 'resourceType') return WANTED.resourceType
      return name === 'type' ? WANTED.type : undefined
    }
    if (this.#resource?.isVerbatim) return undefined
    switch (name) {
      case 'reference':
        return place === PLACE.element || place === PLACE.attachment ? WANTED.identity : undefined
      case 'url':
        if (place === PLACE.link) return WANTED.link
        if (place === PLACE.request) return WANTED.request
        return place === PLACE.attachment ? WANTED.identity : undefined
      case 'relation':
        return place === PLACE.link ? WANTED.relation : undefined
      case 'fullUrl':
        return place === PLACE.entry ? WANTED.identity : undefined
      case 'location':
        return place === PLACE.response ? WANTED.location : undefined
    }
    return undefined
  }

  #rewritten(value: string): string {
    switch (this.#wanted) {
      case WANTED.identity:
        return this.#rewrites.identity(value)
      case WANTED.link:
        return this.#rewrites.link(value, this.#relation, this.#resources.length - 1)
      case WANTED.location:
        return this.#rewrites.location(value)
      case WANTED.request:
        return this.#rewrites.request(value)
      case WANTED.relation:
        this.#relation = value
        return value
      case WANTED.resourceType:
        if (this.#resource) this.#resource.type = value
        if (this.#resource && value === 'Provenance') this.#resource.isVerbatim = true
        return value
      case WANTED.type:
        if (this.#resource && mayBeBundle(this.#resource) && VERBATIM_BUNDLES.includes(value)) {
          this.#resource.isVerbatim = true
        }
        return value
    }
  }

  /** What the value of the member at hand is. */
  #inner(): Place {
    const name = this.#name
    const place = this.#place
    if (name === undefined) return PLACE.element
    switch (name) {
      case 'link':
        if (place === PLACE.entry) return PLACE.link
        return place === PLACE.resource && mayBeBundle(this.#resource) ? PLACE.link : PLACE.element
      case 'entry':
        return place === PLACE.resource && mayBeBundle(this.#resource) ? PLACE.entry : PLACE.element
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
        return place === PLACE.element && this.#resource?.type === 'Parameters'
          ? PLACE.resource
          : PLACE.element
    }
    if (attachments.has(name)) return PLACE.attachment
    return otherReferences.has(name) ? PLACE.otherReference : PLACE.element
  }
}

/** Also what has not said yet what it is. */
function mayBeBundle(resource: OpenResource | undefined): boolean {
  return resource?.type === undefined || resource.type === 'Bundle'
}
