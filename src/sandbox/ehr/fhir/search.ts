import type {
  Bundle,
  BundleEntry,
  BundleLink,
  OperationOutcome,
  Resource,
} from '@medplum/fhirtypes'
import type { FhirStore } from './instance.ts'

const DEFAULT_COUNT = 20
const MAX_COUNT = 200

/** A search: what the client asked, and what its grant adds to that. */
export interface Search {
  readonly type: string
  readonly parameters: URLSearchParams
  /** Further parameters that every match must satisfy. */
  readonly filter: Readonly<Record<string, string>>
  /** Whether an included resource may be shown. */
  readonly mayShow: (resource: Resource) => boolean
}

/**
 * Searches, and makes of the router's answer what a FHIR server owes: `total`, absolute `self`,
 * `previous` and `next` links on the FHIR base, and absolute `fullUrl`s.
 */
export async function search(
  { type, parameters, filter, mayShow }: Search,
  { baseUrl, router, repository }: FhirStore,
): Promise<Bundle | OperationOutcome> {
  const count = pageNumber(parameters, '_count', DEFAULT_COUNT, MAX_COUNT)
  const offset = pageNumber(parameters, '_offset', 0)
  const [outcome, found] = await router.handleRequest(
    {
      method: 'POST',
      url: `/${type}/_search`,
      pathname: '',
      params: {},
      query: {},
      body: routerQuery(parameters, { ...filter, _count: `${count}`, _offset: `${offset}` }),
    },
    repository,
  )
  if (found?.resourceType !== 'Bundle') return outcome

  const total = found.total ?? 0
  const link = (relation: string, at: number): BundleLink => {
    const query = new URLSearchParams(parameters)
    query.set('_count', `${count}`)
    query.set('_offset', `${at}`)
    return { relation, url: `${baseUrl}/${type}?${query}` }
  }
  return {
    ...found,
    total,
    link: [
      link('self', offset),
      ...(offset > 0 ? [link('previous', Math.max(0, offset - count))] : []),
      ...(count > 0 && offset + count < total ? [link('next', offset + count)] : []),
    ],
    entry: (found.entry ?? []).flatMap((entry) => toEntry(entry, baseUrl, mayShow)),
  }
}

function toEntry(
  { resource, search: how }: BundleEntry,
  baseUrl: string,
  mayShow: Search['mayShow'],
): readonly BundleEntry[] {
  if (!resource || !mayShow(resource)) return []
  const fullUrl = `${baseUrl}/${resource.resourceType}/${resource.id}`
  return [{ fullUrl, resource, search: how ?? { mode: 'match' } }]
}

/** Repeated parameters must all match; the filter repeats what the client may also have sent. */
function routerQuery(
  parameters: URLSearchParams,
  filter: Readonly<Record<string, string>>,
): Record<string, string[]> {
  const paging = ['_count', '_offset']
  const names = new Set([...parameters.keys(), ...Object.keys(filter)])
  return Object.fromEntries(
    [...names].map((name) => [
      name,
      [
        ...(paging.includes(name) ? [] : parameters.getAll(name)),
        ...(filter[name] === undefined ? [] : [filter[name]]),
      ],
    ]),
  )
}

function pageNumber(
  parameters: URLSearchParams,
  name: string,
  fallback: number,
  most = Number.MAX_SAFE_INTEGER,
): number {
  const value = parameters.get(name) ?? ''
  return /^\d{1,9}$/.test(value) ? Math.min(Number(value), most) : fallback
}
