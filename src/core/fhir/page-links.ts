import { BrokerError } from '#core/errors.ts'
import type { Connection } from '#core/registry/registry.ts'
import type { Secret } from '#core/secret.ts'
import type { Session } from '#core/session/session-store.ts'
import type { Clock } from '#core/time.ts'
import { pageUrl } from './ehr-addresses.ts'
import type { FhirRequest } from './fhir-request.ts'
import {
  openPage,
  PAGE_LIFETIME_SECONDS,
  PAGE_PARAMETER,
  type PageBinding,
  type PageKind,
  REFUSED_PAGE,
  type SealPage,
  sealPage,
} from './page-link.ts'

/** A page that a request is for. */
export interface FoundPage {
  /** Where it is: its host was looked at again, as the registry has it now. */
  readonly url: URL
  /** The same, below the FHIR base; absolute at another host. */
  readonly target: string
  /** What the search had to be in scope for. */
  readonly scopeType: string
  readonly kind: PageKind
}

/** The links to pages that a session's answers have, made and followed. */
export interface PageLinks {
  /**
   * The page that a request's link leads to; `undefined` for a request that is for none. Whatever else
   * stands in the query was put there by a client that does so with every link, and says nothing.
   *
   * @throws BrokerError `fhir_page_invalid`, `upstream_refused` for a page at a foreign host,
   * `fhir_interaction_unsupported` for a method that the page does not take
   */
  find(
    request: Pick<FhirRequest, 'method' | 'query'>,
    segments: readonly string[],
  ): FoundPage | undefined
  /** Seals the targets of an answer's links, of a request at this path. */
  sealer(segments: readonly string[], searched: Searched): SealPage
}

/** What whoever follows a link of an answer has to be in scope for. */
export interface Searched {
  /** The resource type that was asked for; `*` for any. */
  readonly type: string
  /**
   * Bundles within at most so many resources are the EHR's own answers; `-1` for none. The links of
   * others are those that the Bundle's writer gave it, and lead anywhere.
   */
  readonly depth: number
}

export interface PageLinksOptions {
  readonly pagingKey: Secret
  readonly session: Session
  readonly connection: Connection
  /** Hosts beside the FHIR base's own that the EHR pages from. */
  readonly pagingHosts: readonly string[]
  readonly now: Clock
}

/** A job is cancelled, and its output given up, by deleting it. */
const METHODS: Readonly<Record<PageKind, readonly string[]>> = {
  page: ['GET', 'HEAD'],
  job: ['GET', 'HEAD', 'DELETE'],
  file: ['GET', 'HEAD', 'DELETE'],
}

export function pageLinks({
  pagingKey,
  session,
  connection,
  pagingHosts,
  now,
}: PageLinksOptions): PageLinks {
  const bindingAt = (segments: readonly string[]): PageBinding => ({
    session: session.id,
    connection: connection.id,
    path: searchedPath(segments),
  })

  return {
    find({ method, query }, segments) {
      const [token, ...others] = query.getAll(PAGE_PARAMETER)
      if (token === undefined) return undefined
      if (token === REFUSED_PAGE) throw foreign(connection)
      if (others.length > 0)
        throw new BrokerError('fhir_page_invalid', { detail: { reason: 'two' } })

      const { target, scopeType, kind } = openPage(token, pagingKey, bindingAt(segments), now())
      if (!METHODS[kind].includes(method)) {
        throw new BrokerError('fhir_interaction_unsupported', { allow: METHODS[kind] })
      }
      const url = pageUrl(target, connection.fhirBaseUrl, pagingHosts)
      if (!url) throw foreign(connection)
      return { url, target, scopeType, kind }
    },

    sealer(segments, searched) {
      return (target, kind, depth) => {
        const isPage = kind === 'page'
        const { expiresAt: sessionEnd } = session
        const expiresAt = isPage ? Math.min(sessionEnd, now() + PAGE_LIFETIME_SECONDS) : sessionEnd
        const scopeType = isPage && depth > searched.depth ? '*' : searched.type
        const page = { target, scopeType, expiresAt, kind }
        return sealPage(page, pagingKey, bindingAt(isPage ? segments : []))
      }
    },
  }
}

/** The path that was searched: a page is asked for by GET, so not by `_search`. */
export function searchedPath(segments: readonly string[]): readonly string[] {
  return segments.at(-1) === '_search' ? segments.slice(0, -1) : segments
}

function foreign(connection: Connection): BrokerError {
  return new BrokerError('upstream_refused', {
    hint: 'The EHR’s link to this page leads to a host that is not registered for pages.',
    detail: { connection: connection.id, reason: 'foreign_link' },
  })
}
