import { recentMap } from '#core/recent-map.ts'
import { SESSION_PARAMETER } from '#core/session/named-session.ts'
import { encodeSegments, type FhirPath } from './fhir-path.ts'
import type { SealPage } from './page-link.ts'
import { PAGE_PARAMETER, type PageKind, REFUSED_PAGE } from './page-link.ts'
import { type PrefixRewrite, prefixRewrite } from './rewrite/prefix-rewrite.ts'
import type { UrlRewrites } from './rewrite/url-positions.ts'

/** Characters that API Gateway refuses in a query, or splits it at, though URLs may have them. */
const UNSAFE_IN_QUERY = /[|{}[\]\\^`;]/g

/** FHIR bases in memory. */
const MOST_BASES = 1_000

export interface AddressesOfEhr {
  /** The connection's FHIR base URL. */
  readonly ehrBase: string
  /** The same base as the caller knows it, without a final slash. */
  readonly ourBase: string
  /** Hosts (`host[:port]`) beside the base's own that the EHR pages from. */
  readonly pagingHosts?: readonly string[]
  /** What was asked of the EHR: a link that is a query alone is meant from there. */
  readonly requestUrl: URL
  /** The path that was searched, without `_search`: where the links of its pages stand. */
  readonly path: readonly string[]
  /** The request was for a page itself, so that no link of its answer is a search in clear. */
  readonly isPage?: boolean
  readonly seal: SealPage
  /** The SessionID, if the request had it in its query: then every link has it too. */
  readonly sessionInQuery?: string
}

/**
 * How addresses at the EHR are told to the app: on our base, or not at all.
 *
 * A `link` with the relation `self` is told in clear; every other is encrypted, because it holds what
 * the EHR wants to be told again; one to a foreign host leads nowhere. An `identity` that is not on
 * the EHR's base is left; a `location` is never a foreign one; neither has the session.
 */
export interface AddressMap extends UrlRewrites {
  /** The EHR's host as it stands in each of its addresses. */
  readonly host: string
  /** `Location` as a header: `undefined` for a foreign one, which is then not sent. */
  locationHeader(url: string): string | undefined
  /** Where an asynchronous request is asked after, or its output is; nowhere for a foreign host. */
  job(url: string, kind: 'job' | 'file'): string
}

/** The base of the FHIR API as the caller wrote it: its own path, on our public address. */
export function publicFhirBase(publicBaseUrl: string, path: FhirPath): string {
  const { version, organization, environment } = path
  return `${publicBaseUrl}/fhir${encodeSegments([version, organization, environment])}`
}

/**
 * Maps the EHR's addresses to ours. An address is the EHR's if it has its host and is its base or
 * below it; `http` and `https` count as one, since servers behind a proxy name the wrong one, and
 * what is followed is our base and then the registered one, never the address in the link.
 */
export function addressMap({
  ehrBase,
  ourBase,
  pagingHosts = [],
  requestUrl,
  path,
  isPage,
  seal,
  sessionInQuery,
}: AddressesOfEhr): AddressMap {
  const base = ehrBaseUrl(ehrBase)
  const session = sessionInQuery && `&${SESSION_PARAMETER}=${encodeURIComponent(sessionInQuery)}`
  const pageLink = (
    at: readonly string[],
    target: string | undefined,
    kind: PageKind,
    depth = 0,
  ) => {
    const token = target === undefined ? REFUSED_PAGE : seal(target, kind, depth)
    return `${ourBase}${encodeSegments(at)}?${PAGE_PARAMETER}=${token}${session || ''}`
  }
  const withSession = (url: string) =>
    session ? `${url}${url.includes('?') ? '&' : '?'}${session.slice(1)}` : url

  const identity = (url: string) => {
    if (!/^https?:/i.test(url.trimStart())) return url
    const rest = URL.canParse(url) ? restBelow(base, new URL(url)) : undefined
    return rest === undefined ? url : ourBase + forOurQuery(rest)
  }

  return {
    host: hostOf(base),
    link(reference, relation, depth) {
      const start = reference.trimStart().startsWith('?') ? requestUrl : base
      const plain = plainRest(base, reference)
      const url = plain === undefined ? URL.parse(reference, start.href) : null
      const rest = url ? restBelow(base, url) : plain
      if (relation === 'self' && !isPage && rest !== undefined && /^\/[^?]/.test(rest)) {
        return withSession(ourBase + forOurQuery(rest))
      }
      const target = rest ?? (url ? pagedFrom(pagingHosts, base, url) : undefined)
      return pageLink(path, target, 'page', depth)
    },
    job(reference, kind) {
      const url = URL.parse(reference, base.href)
      const target = url ? (restBelow(base, url) ?? pagedFrom(pagingHosts, base, url)) : undefined
      return pageLink([], target, kind)
    },
    identity,
    get identityPrefix() {
      return prefixOf(base, ourBase)
    },
    request: identity,
    location(url) {
      if (!isAbsolute(url)) return url
      const rest = URL.canParse(url, base.href) ? restBelow(base, new URL(url, base)) : undefined
      return rest === undefined
        ? `${ourBase}?${PAGE_PARAMETER}=${REFUSED_PAGE}`
        : ourBase + forOurQuery(rest)
    },
    locationHeader(url) {
      const rest = URL.canParse(url, base.href) ? restBelow(base, new URL(url, base)) : undefined
      return rest === undefined ? undefined : ourBase + forOurQuery(rest)
    },
  }
}

/**
 * Where a page's target is, looked at again: on the base, or at a host that is still registered for
 * pages. `undefined` for any other.
 */
export function pageUrl(
  target: string,
  ehrBase: string,
  pagingHosts: readonly string[] = [],
): URL | undefined {
  const base = ehrBaseUrl(ehrBase)
  const isBelow = target === '' || /^[/?]/.test(target)
  const address = isBelow ? base.href.slice(0, -1) + target : target
  if (!URL.canParse(address)) return undefined
  const url = new URL(address)
  const isThere = isBelow
    ? restBelow(base, url) !== undefined
    : pagedFrom(pagingHosts, base, url) !== undefined
  return isThere ? url : undefined
}

/** A connection's FHIR base with a final slash; parsed once, so not to be changed. */
export function ehrBaseUrl(ehrBase: string): Readonly<URL> {
  const known = bases.get(ehrBase)
  if (known) return known
  const base = new URL(`${ehrBase.replace(/\/+$/, '')}/`)
  bases.set(ehrBase, base)
  return base
}

const bases = recentMap<URL>(MOST_BASES)

/** For each base what was last made of it: a connection has one way to be written at the door. */
const prefixes = new WeakMap<Readonly<URL>, { readonly to: string; readonly made: PrefixRewrite }>()

/** What {@link prefixRewrite} makes of two bases, made once. */
function prefixOf(base: Readonly<URL>, to: string): PrefixRewrite {
  const known = prefixes.get(base)
  if (known?.to === to) return known.made
  const made = prefixRewrite(base.href, `${to}/`)
  prefixes.set(base, { to, made })
  return made
}

/** What of an address follows the base; `undefined` when it is not on it. */
function restBelow(base: URL, { protocol, hostname, port, pathname, search }: URL) {
  const basePath = base.pathname.slice(0, -1)
  const isThere =
    ['http:', 'https:'].includes(protocol) &&
    hostOf({ hostname, port }) === hostOf(base) &&
    (pathname === basePath || pathname.startsWith(`${basePath}/`))
  return isThere ? pathname.slice(basePath.length) + search : undefined
}

/** What follows the base in an address that a URL parser would leave as it stands. */
const PLAIN_REST = /^(?:\/[A-Za-z0-9_-][A-Za-z0-9._-]*)*\/?(?:\?[A-Za-z0-9\-._~!$&()*+,=:@/?%]+)?$/

/** The same as {@link restBelow}, of most addresses, without parsing; `undefined` says nothing. */
function plainRest({ href }: URL, reference: string): string | undefined {
  const length = href.length - 1
  if (!reference.startsWith(href.slice(0, length))) return undefined
  const rest = reference.slice(length)
  return PLAIN_REST.test(rest) ? rest : undefined
}

/** An address at one of the hosts, by the base's scheme; `undefined` for any other. */
function pagedFrom(hosts: readonly string[], base: URL, url: URL): string | undefined {
  const host = hostOf(url)
  if (!['http:', 'https:'].includes(url.protocol) || !hosts.includes(host)) return undefined
  return `${base.protocol}//${host}${url.pathname}${url.search}`
}

function forOurQuery(rest: string): string {
  const [path = '', ...query] = rest.split('?')
  return [path, ...query.map((part) => part.replace(UNSAFE_IN_QUERY, encodeURIComponent))].join('?')
}

/** The host with a port that says something: 80 of http and 443 of https are both none. */
function hostOf({ hostname, port }: Pick<URL, 'hostname' | 'port'>): string {
  return port === '' ? hostname : `${hostname}:${port}`
}

/** Whether a client would leave its base for it: with a scheme, or beginning at a host or root. */
function isAbsolute(reference: string): boolean {
  return /^(?:[A-Za-z][A-Za-z0-9+.-]*:|[/\\])/.test(reference.trim())
}
