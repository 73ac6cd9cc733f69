import { SESSION_PARAMETER } from '#core/session/named-session.ts'
import { encodeSegments, type FhirPath } from './fhir-path.ts'

/**
 * A page that has no address here: the EHR's link to it leads outside its FHIR API. It stands in the
 * query, because clients exist that keep nothing else of a link and would read page one for ever;
 * and a request that has it is refused, so a missing page never looks like the last one.
 */
export const PAGE_PARAMETER = '_sallyport_page'

/** Characters that API Gateway refuses in a query, or splits it at, though URLs may have them. */
const UNSAFE_IN_QUERY = /[|{}[\]\\^`;]/g

export interface AddressesOfEhr {
  /** The connection's FHIR base URL. */
  readonly ehrBase: string
  /** The same base as the caller knows it, without a final slash. */
  readonly ourBase: string
  /** The SessionID, if the request had it in its query: then every link has it too. */
  readonly sessionInQuery?: string
}

/** How addresses at the EHR are told to the app: on our base, or not at all. */
export interface AddressMap {
  /** An address that a client follows: a relative one is resolved, a foreign one is refused. */
  link(url: string): string
  /** What a resource is called (`fullUrl`): changed if it is on the EHR's base, else left. */
  identity(url: string): string
  /** `Location` in a Bundle's entry: never a foreign one, and never with the session. */
  location(url: string): string
  /** `Location` as a header: `undefined` for a foreign one, which is then not sent. */
  locationHeader(url: string): string | undefined
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
export function addressMap({ ehrBase, ourBase, sessionInQuery }: AddressesOfEhr): AddressMap {
  const base = new URL(`${ehrBase.replace(/\/+$/, '')}/`)
  const basePath = base.pathname.slice(0, -1)
  const session = sessionInQuery && `${SESSION_PARAMETER}=${encodeURIComponent(sessionInQuery)}`
  const withSession = (url: string) =>
    session ? `${url}${url.includes('?') ? '&' : '?'}${session}` : url
  const refused = `${ourBase}?${PAGE_PARAMETER}=refused`

  function belowBase(reference: string, relativeTo?: string): string | undefined {
    if (!URL.canParse(reference, relativeTo)) return undefined
    const url = new URL(reference, relativeTo)
    const { pathname, search } = url
    if (!['http:', 'https:'].includes(url.protocol) || hostOf(url) !== hostOf(base))
      return undefined
    if (pathname !== basePath && !pathname.startsWith(`${basePath}/`)) return undefined
    return pathname.slice(basePath.length) + search.replace(UNSAFE_IN_QUERY, encodeURIComponent)
  }

  return {
    link(url) {
      const rest = belowBase(url, base.href)
      return withSession(rest === undefined ? refused : ourBase + rest)
    },
    identity(url) {
      const rest = belowBase(url)
      return rest === undefined ? url : ourBase + rest
    },
    location(url) {
      if (!isAbsolute(url)) return url
      const rest = belowBase(url, base.href)
      return rest === undefined ? refused : ourBase + rest
    },
    locationHeader(url) {
      const rest = belowBase(url, base.href)
      return rest === undefined ? undefined : ourBase + rest
    },
  }
}

/** The host with a port that says something: 80 of http and 443 of https are both none. */
function hostOf({ hostname, port }: URL): string {
  return port === '' ? hostname : `${hostname}:${port}`
}

/** Whether a client would leave its base for it: with a scheme, or beginning at a host or root. */
function isAbsolute(reference: string): boolean {
  return /^(?:[A-Za-z][A-Za-z0-9+.-]*:|[/\\])/.test(reference.trim())
}
