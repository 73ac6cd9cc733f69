import { BrokerError } from '#core/errors.ts'
import type { Connection } from '#core/registry/registry.ts'
import type { Secret } from '#core/secret.ts'
import type { Clock } from '#core/time.ts'
import { pageUrl } from './ehr-addresses.ts'
import type { FhirRequest } from './fhir-request.ts'
import { openPage, PAGE_PARAMETER, type PageBinding, REFUSED_PAGE } from './page-link.ts'

export interface FindPageOptions {
  readonly pagingKey: Secret
  readonly binding: PageBinding
  readonly connection: Connection
  readonly now: Clock
}

/** A page that a request is for. */
export interface FoundPage {
  /** Where it is: its host was looked at again, as the registry has it now. */
  readonly url: URL
  /** What the search had to be in scope for. */
  readonly scopeType: string
}

/**
 * The page that a request's link leads to; `undefined` for a request that is for none. Whatever else
 * stands in the query was put there by a client that does so with every link, and says nothing.
 *
 * @throws BrokerError `fhir_page_invalid`, `upstream_refused` for a page at a foreign host,
 * `fhir_interaction_unsupported` for anything but a read of it
 */
export function findPage(
  { method, query }: FhirRequest,
  { pagingKey, binding, connection, now }: FindPageOptions,
): FoundPage | undefined {
  const [token, ...others] = query.getAll(PAGE_PARAMETER)
  if (token === undefined) return undefined
  if (method !== 'GET' && method !== 'HEAD') {
    throw new BrokerError('fhir_interaction_unsupported', { allow: ['GET', 'HEAD'] })
  }
  if (token === REFUSED_PAGE) throw foreign(connection)
  if (others.length > 0) throw new BrokerError('fhir_page_invalid', { detail: { reason: 'two' } })

  const { target, scopeType } = openPage(token, pagingKey, binding, now())
  const url = pageUrl(target, connection.fhirBaseUrl, connection.pagingHosts)
  if (!url) throw foreign(connection)
  return { url, scopeType }
}

function foreign(connection: Connection): BrokerError {
  return new BrokerError('upstream_refused', {
    hint: 'The EHR’s link to this page leads to a host that is not registered for pages.',
    detail: { connection: connection.id, reason: 'foreign_link' },
  })
}
