import { BrokerError } from '#core/errors.ts'
import { SESSION_PARAMETER } from '#core/session/named-session.ts'

export type InteractionCode =
  | 'read'
  | 'vread'
  | 'history'
  | 'search'
  | 'create'
  | 'update'
  | 'patch'
  | 'delete'
  | 'batch'
  | 'operation'
  | 'capabilities'
  /** The state or the output of an asynchronous request. */
  | 'job'

type Method = 'GET' | 'HEAD' | 'POST' | 'PUT' | 'PATCH' | 'DELETE'

/** What a request asks of the EHR. */
export interface Interaction {
  readonly code: InteractionCode
  /** The resource type that it is about; `*` in a compartment; absent for the whole system. */
  readonly type?: string
  readonly id?: string
  /** The resource whose compartment is searched. */
  readonly compartment?: { readonly type: string; readonly id: string }
  /** With its `$`. */
  readonly operation?: string
  /** The resources that it writes are chosen by criteria, not by an id. */
  readonly isConditional: boolean
}

interface Route {
  readonly method: Method
  readonly code: InteractionCode
}

const get = (code: InteractionCode): readonly Route[] => [
  { method: 'GET', code },
  { method: 'HEAD', code },
]
const SEARCH_BY_GET = get('search')
/** With GET too: the pages of a search by POST are links, and some servers keep its path in them. */
const SEARCH_BY_POST: readonly Route[] = [...SEARCH_BY_GET, { method: 'POST', code: 'search' }]
const OPERATION: readonly Route[] = [...get('operation'), { method: 'POST', code: 'operation' }]
const WRITE_INSTANCE: readonly Route[] = [
  { method: 'PUT', code: 'update' },
  { method: 'PATCH', code: 'patch' },
  { method: 'DELETE', code: 'delete' },
]

/** One row a shape of path; `:type` stands for a resource type, `:id` for an id, `:op` for a name. */
const SHAPES: readonly (readonly [readonly string[], readonly Route[]])[] = [
  // The base with a query: servers page with <base>?_getpages=…
  [[], [...SEARCH_BY_GET, { method: 'POST', code: 'batch' }]],
  [['metadata'], get('capabilities')],
  [['_search'], SEARCH_BY_POST],
  [['_history'], get('history')],
  [[':op'], OPERATION],
  // Conditional update, patch and delete: the query says of what.
  [[':type'], [...SEARCH_BY_GET, { method: 'POST', code: 'create' }, ...WRITE_INSTANCE]],
  [[':type', '_search'], SEARCH_BY_POST],
  [[':type', '_history'], get('history')],
  [[':type', ':op'], OPERATION],
  [
    [':type', ':id'],
    [...get('read'), ...WRITE_INSTANCE],
  ],
  [[':type', ':id', '_history'], get('history')],
  [[':type', ':id', ':op'], OPERATION],
  [[':type', ':id', ':type'], SEARCH_BY_GET],
  [[':type', ':id', '*'], SEARCH_BY_GET],
  [[':type', ':id', ':type', '_search'], SEARCH_BY_POST],
  [[':type', ':id', '_history', ':id'], get('vread')],
  [[':type', ':id', '_history', ':id', ':op'], OPERATION],
]

/** Parameters that shape an answer, and select nothing. */
const SHAPING =
  /^(?:|_format|_pretty|_summary|_elements|_count|_sort|_total|_contained|_containedType|_(?:rev)?include(?::.*)?)$/

const RESOURCE_TYPE = /^[A-Z][A-Za-z]{1,63}$/
const ID = /^[^_$*]/
const OPERATION_NAME = /^\$[A-Za-z][\w.-]*$/

/**
 * Which interaction a request is.
 *
 * @param hasIfNoneExist the request has that header: a create with a condition
 * @throws BrokerError `fhir_interaction_unsupported`, with the methods that the path does take; for a
 * conditional write without a condition as well
 * @see [FHIR R4, RESTful API](https://hl7.org/fhir/R4/http.html)
 */
export function interactionOf(
  method: string,
  segments: readonly string[],
  query: URLSearchParams,
  hasIfNoneExist = false,
): Interaction {
  const routes = routesOf(segments)
  const route = routes.find((candidate) => candidate.method === method)
  const isBaseWithoutQuery =
    segments.length === 0 &&
    method !== 'POST' &&
    [...query.keys()].every((name) => name === SESSION_PARAMETER)

  if (!route || isBaseWithoutQuery) {
    throw new BrokerError('fhir_interaction_unsupported', {
      allow: isBaseWithoutQuery ? ['POST'] : routes.map((candidate) => candidate.method),
    })
  }
  const { code } = route
  const isByCriteria = ['update', 'patch', 'delete'].includes(code) && segments.length === 1
  if (isByCriteria) checkCriteria(query)
  return {
    code,
    ...subjectOf(segments),
    isConditional: isByCriteria || (code === 'create' && hasIfNoneExist),
  }
}

/** The search parameters of `If-None-Exist`, which some clients write as a whole reference. */
export function criteriaOf(ifNoneExist: string): URLSearchParams {
  return new URLSearchParams(ifNoneExist.slice(ifNoneExist.indexOf('?') + 1))
}

function subjectOf(segments: readonly string[]) {
  const [type, id, third] = segments.filter((segment) => ID.test(segment) || segment === '*')
  const operation = segments.find((segment) => OPERATION_NAME.test(segment))
  const found = operation === undefined ? {} : { operation }
  if (type === undefined || !RESOURCE_TYPE.test(type)) return found
  if (id === undefined) return { ...found, type }
  const inCompartment = third !== undefined && !segments.includes('_history')
  return inCompartment
    ? { ...found, type: third, compartment: { type, id } }
    : { ...found, type, id }
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
  if (part === ':op') return OPERATION_NAME.test(segment)
  return part === segment
}
