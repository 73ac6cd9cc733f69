import { BrokerError } from '#core/errors.ts'
import { SESSION_PARAMETER } from '#core/session/named-session.ts'

/** What a request asks of the EHR, as far as the proxy treats the kinds apart. */
export type Interaction = 'read' | 'search' | 'write'

interface Route {
  readonly method: 'GET' | 'HEAD' | 'POST' | 'PUT' | 'PATCH' | 'DELETE'
  readonly interaction: Interaction
}

const READ: readonly Route[] = [
  { method: 'GET', interaction: 'read' },
  { method: 'HEAD', interaction: 'read' },
]
const SEARCH_BY_GET: readonly Route[] = [
  { method: 'GET', interaction: 'search' },
  { method: 'HEAD', interaction: 'search' },
]
/** With GET too: the pages of a search by POST are links, and some servers keep its path in them. */
const SEARCH_BY_POST: readonly Route[] = [
  ...SEARCH_BY_GET,
  { method: 'POST', interaction: 'search' },
]

/** Conditional update, patch and delete: the query says of what. */
const WRITE_TYPE: readonly Route[] = [
  { method: 'POST', interaction: 'write' },
  { method: 'PUT', interaction: 'write' },
  { method: 'PATCH', interaction: 'write' },
  { method: 'DELETE', interaction: 'write' },
]
const WRITE_INSTANCE: readonly Route[] = [
  { method: 'PUT', interaction: 'write' },
  { method: 'PATCH', interaction: 'write' },
  { method: 'DELETE', interaction: 'write' },
]

/** One row a shape of path; `:type` stands for a resource type and `:id` for an id. */
const SHAPES: readonly (readonly [readonly string[], readonly Route[]])[] = [
  // The base with a query: servers page with <base>?_getpages=…
  [[], SEARCH_BY_GET],
  [['_search'], SEARCH_BY_POST],
  [[':type'], [...SEARCH_BY_GET, ...WRITE_TYPE]],
  [[':type', '_search'], SEARCH_BY_POST],
  [
    [':type', ':id'],
    [...READ, ...WRITE_INSTANCE],
  ],
  [[':type', ':id', ':type'], SEARCH_BY_GET],
  [[':type', ':id', '*'], SEARCH_BY_GET],
  [[':type', ':id', ':type', '_search'], SEARCH_BY_POST],
  [[':type', ':id', '_history', ':id'], READ],
]

/** Parameters that shape an answer, and select nothing. */
const SHAPING =
  /^(?:|_format|_pretty|_summary|_elements|_count|_sort|_total|_contained|_containedType|_(?:rev)?include(?::.*)?)$/

const RESOURCE_TYPE = /^[A-Z][A-Za-z]{1,63}$/
const ID = /^[^_$*]/

/**
 * Which interaction a request is.
 *
 * @throws BrokerError `fhir_interaction_unsupported`, with the methods that the path does take; for a
 * conditional write without a condition as well
 * @see [FHIR R4, RESTful API](https://hl7.org/fhir/R4/http.html)
 */
export function interactionOf(
  method: string,
  segments: readonly string[],
  query: URLSearchParams,
): Interaction {
  const routes = routesOf(segments)
  const route = routes.find((candidate) => candidate.method === method)
  const isBaseWithoutQuery =
    segments.length === 0 && [...query.keys()].every((name) => name === SESSION_PARAMETER)

  if (!route || isBaseWithoutQuery) {
    throw new BrokerError('fhir_interaction_unsupported', {
      allow: isBaseWithoutQuery ? [] : routes.map((candidate) => candidate.method),
    })
  }
  if (route.interaction === 'write' && method !== 'POST' && segments.length === 1) {
    checkCriteria(query)
  }
  return route.interaction
}

/** Without any, servers exist that change or delete every resource of the type. */
function checkCriteria(query: URLSearchParams): void {
  const selects = ([name, value]: readonly [string, string]) =>
    name !== SESSION_PARAMETER && !SHAPING.test(name) && value !== ''
  if ([...query].some(selects)) return
  throw new BrokerError('fhir_interaction_unsupported', {
    hint: 'Name the resource by its id, or say in the query which one.',
    allow: ['GET', 'HEAD', 'POST'],
  })
}

function routesOf(segments: readonly string[]): readonly Route[] {
  const shape = SHAPES.find(
    ([pattern]) =>
      pattern.length === segments.length &&
      pattern.every((part, index) => matches(part, segments[index] ?? '')),
  )
  return shape?.[1] ?? []
}

function matches(part: string, segment: string): boolean {
  if (part === ':type') return RESOURCE_TYPE.test(segment)
  if (part === ':id') return ID.test(segment)
  return part === segment
}
