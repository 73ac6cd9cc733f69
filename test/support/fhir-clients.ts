import { createRequire } from 'node:module'
import { MedplumClient } from '@medplum/core'
import { Client as FhirKitClient } from 'fhir-kit-client'

/** What we use of `fhirclient`; its own types bring a browser's globals along. */
interface SmartClient {
  getRequestDefaults(): Promise<{ readonly headers?: Readonly<Record<string, string>> }>
  request(what: string | Readonly<Record<string, unknown>>): Promise<unknown>
  pages(url: string): AsyncIterable<unknown>
  create(resource: Resource): Promise<unknown>
  update(resource: Resource, options: object): Promise<unknown>
  patch(url: string, operations: readonly object[]): Promise<unknown>
  delete(url: string): Promise<unknown>
}

const require = createRequire(import.meta.url)
const smart: (...adapter: readonly object[]) => { client(state: object): SmartClient } =
  require('fhirclient')

/** Where a client is to go, and how it says who it is and for whom. */
export interface Destination {
  /** `http://host[/stage]`. */
  readonly origin: string
  /** The FHIR base's path below it, without slashes at its ends. */
  readonly basePath: string
  readonly token: string
  /** Header fields that name the session, for a client's second choice. */
  readonly sessionHeaders?: Readonly<Record<string, string>>
  /** The query that names the session: Redox's contract. */
  readonly sessionQuery?: string
}

type Parameters = Readonly<Record<string, string>>

interface Resource {
  readonly resourceType: string
  readonly id?: string
  readonly meta?: { readonly versionId?: string }
  readonly [element: string]: unknown
}

/** What an app does with FHIR, by whichever client. */
export interface FhirApp {
  read(type: string, id: string): Promise<Resource>
  /** The ids of all that a search finds, page after page by its links. */
  idsOfAllPages(type: string, parameters: Parameters): Promise<readonly string[]>
  search(type: string, parameters: Parameters): Promise<Resource>
  searchByPost(type: string, parameters: Parameters): Promise<Resource>
  /** Asks for what somebody wrote by hand below the base, as the client takes it. */
  byHand(pathAndQuery: string): Promise<Resource>
  create(resource: Resource): Promise<Resource>
  update(resource: Resource, ifMatch: string): Promise<Resource>
  patch(type: string, id: string, operations: readonly object[]): Promise<Resource>
  remove(type: string, id: string): Promise<void>
  batch(bundle: Resource): Promise<Resource>
  everything(patient: string): Promise<Resource>
  binary(id: string): Promise<Uint8Array>
}

const FORM = 'application/x-www-form-urlencoded'
const FHIR_JSON = { 'content-type': 'application/fhir+json' }

interface BundleLike {
  readonly resourceType?: string
  readonly link?: readonly { readonly relation: string; readonly url: string }[]
  readonly entry?: readonly { readonly resource?: { readonly id?: string } }[]
}

const nextOf = ({ link = [] }: BundleLike) => link.find(({ relation }) => relation === 'next')?.url
const idsOf = ({ entry = [] }: BundleLike) => entry.map(({ resource }) => resource?.id ?? '')

/** `fetch` and nothing else; its second choice is the query. */
function plainFetch({
  origin,
  basePath,
  token,
  sessionHeaders,
  sessionQuery,
}: Destination): FhirApp {
  const base = `${origin}/${basePath}`
  const send = async (url: string, init: RequestInit = {}) => {
    const target =
      sessionQuery && !url.includes(sessionQuery)
        ? `${url}${url.includes('?') ? '&' : '?'}${sessionQuery}`
        : url
    const headers = { authorization: `Bearer ${token}`, ...sessionHeaders, ...init.headers }
    const response = await fetch(target, { ...init, headers })
    if (!response.ok) throw Object.assign(new Error('refused'), { status: response.status })
    return response
  }
  const json = async (url: string, init?: RequestInit) =>
    (await (await send(url, init)).json()) as Resource
  const writing = (method: string, body: unknown, more = {}) => ({
    method,
    body: JSON.stringify(body),
    headers: { ...FHIR_JSON, ...more },
  })
  const query = (parameters: Parameters) => String(new URLSearchParams(parameters))

  return {
    read: (type, id) => json(`${base}/${type}/${id}`),
    async idsOfAllPages(type, parameters) {
      const ids: string[] = []
      let next: string | undefined = `${base}/${type}?${query(parameters)}`
      while (next !== undefined) {
        const page = (await json(next)) as BundleLike
        ids.push(...idsOf(page))
        next = nextOf(page)
      }
      return ids
    },
    search: (type, parameters) => json(`${base}/${type}?${query(parameters)}`),
    byHand: (written) => json(`${base}/${written}`),
    searchByPost: (type, parameters) =>
      json(`${base}/${type}/_search`, { method: 'POST', body: new URLSearchParams(parameters) }),
    create: (resource) => json(`${base}/${resource.resourceType}`, writing('POST', resource)),
    update: (resource, ifMatch) =>
      json(
        `${base}/${resource.resourceType}/${resource.id}`,
        writing('PUT', resource, { 'if-match': ifMatch }),
      ),
    patch: (type, id, operations) =>
      json(
        `${base}/${type}/${id}`,
        writing('PATCH', operations, { 'content-type': 'application/json-patch+json' }),
      ),
    remove: async (type, id) => void (await send(`${base}/${type}/${id}`, { method: 'DELETE' })),
    batch: (bundle) => json(base, writing('POST', bundle)),
    everything: (patient) => json(`${base}/Patient/${patient}/$everything`),
    binary: async (id) => new Uint8Array(await (await send(`${base}/Binary/${id}`)).arrayBuffer()),
  }
}

/** `fhir-kit-client`; its second choice is the header. */
function fhirKit({ origin, basePath, token, sessionHeaders = {} }: Destination): FhirApp {
  const client = new FhirKitClient({
    baseUrl: `${origin}/${basePath}`,
    bearerToken: token,
    customHeaders: { ...sessionHeaders },
  })
  type Body = Parameters2<typeof client.create>['body']
  const as = (answer: unknown) => answer as Resource

  return {
    read: async (resourceType, id) => as(await client.read({ resourceType, id })),
    async idsOfAllPages(resourceType, searchParams) {
      const ids: string[] = []
      let page: unknown = await client.search({ resourceType, searchParams: { ...searchParams } })
      while (page) {
        ids.push(...idsOf(page as BundleLike))
        page = await client.nextPage({ bundle: page as never })
      }
      return ids
    },
    search: async (resourceType, searchParams) =>
      as(await client.search({ resourceType, searchParams: { ...searchParams } })),
    byHand: async (written) => as(await client.request(written)),
    searchByPost: async (resourceType, searchParams) =>
      as(
        await client.search({
          resourceType,
          searchParams: { ...searchParams },
          options: { postSearch: true },
        }),
      ),
    create: async (resource) =>
      as(await client.create({ resourceType: resource.resourceType, body: resource as Body })),
    update: async (resource, ifMatch) =>
      as(
        await client.update({
          resourceType: resource.resourceType,
          id: resource.id ?? '',
          body: resource as Body,
          options: { headers: { 'If-Match': ifMatch } },
        }),
      ),
    patch: async (resourceType, id, operations) =>
      as(await client.patch({ resourceType, id, jsonPatch: operations as never })),
    remove: async (resourceType, id) => void (await client.delete({ resourceType, id })),
    batch: async (bundle) => as(await client.batch({ body: bundle as Body })),
    everything: async (id) =>
      as(
        await client.operation({ name: 'everything', resourceType: 'Patient', id, method: 'GET' }),
      ),
    // It reads every answer as text: content is for `fetch` with the same token.
    binary: plainFetch({ origin, basePath, token, sessionHeaders }).binary,
  }
}

/** `fhirclient` of SMART; its second choice is the header, by the defaults of its requests. */
function smartClient({ origin, basePath, token, sessionHeaders }: Destination): FhirApp {
  const storage = {
    get: async () => undefined,
    set: async () => undefined,
    unset: async () => true,
  }
  const request = { headers: {}, socket: {}, url: '/' }
  const client = smart(request, {}, storage).client({
    serverUrl: `${origin}/${basePath}`,
    tokenResponse: { access_token: token },
  })
  if (sessionHeaders) {
    const defaults = client.getRequestDefaults.bind(client)
    client.getRequestDefaults = async () => {
      const before = await defaults()
      return { ...before, headers: { ...before.headers, ...sessionHeaders } }
    }
  }
  const query = (parameters: Parameters) => String(new URLSearchParams(parameters))
  const as = (answer: unknown) => answer as Resource

  return {
    read: async (type, id) => as(await client.request(`${type}/${id}`)),
    async idsOfAllPages(type, parameters) {
      const ids: string[] = []
      for await (const page of client.pages(`${type}?${query(parameters)}`)) {
        ids.push(...idsOf(page as BundleLike))
      }
      return ids
    },
    search: async (type, parameters) => as(await client.request(`${type}?${query(parameters)}`)),
    byHand: async (written) => as(await client.request(written)),
    searchByPost: async (type, parameters) =>
      as(
        await client.request({
          url: `${type}/_search`,
          method: 'POST',
          body: query(parameters),
          headers: { 'content-type': FORM },
        }),
      ),
    create: async (resource) => as(await client.create(resource)),
    update: async (resource, ifMatch) =>
      as(await client.update(resource, { headers: { 'if-match': ifMatch } })),
    patch: async (type, id, operations) => as(await client.patch(`${type}/${id}`, operations)),
    remove: async (type, id) => void (await client.delete(`${type}/${id}`)),
    batch: async (bundle) =>
      as(
        await client.request({
          url: '',
          method: 'POST',
          body: JSON.stringify(bundle),
          headers: FHIR_JSON,
        }),
      ),
    everything: async (patient) => as(await client.request(`Patient/${patient}/$everything`)),
    async binary(id) {
      const response = (await client.request(`Binary/${id}`)) as Response
      return new Uint8Array(await response.arrayBuffer())
    },
  }
}

/** Medplum's client; its second choice is the header. */
function medplum({ origin, basePath, token, sessionHeaders = {} }: Destination): FhirApp {
  const client = new MedplumClient({
    baseUrl: `${origin}/`,
    fhirUrlPath: `${basePath}/`,
    defaultHeaders: { ...sessionHeaders },
    cacheTime: 0,
    fetch,
  })
  client.setAccessToken(token)
  const as = (answer: unknown) => answer as Resource
  const plain = (answer: unknown) => JSON.parse(JSON.stringify(answer)) as Resource

  return {
    read: async (type, id) => as(await client.readResource(type as 'Patient', id)),
    async idsOfAllPages(type, parameters) {
      const ids: string[] = []
      for await (const page of client.searchResourcePages(type as 'Patient', { ...parameters })) {
        ids.push(...page.map(({ id }) => id ?? ''))
      }
      return ids
    },
    search: async (type, parameters) =>
      as(await client.search(type as 'Patient', { ...parameters })),
    byHand: async (written) => as(await client.get(`${client.fhirUrl()}${written}`)),
    searchByPost: async (type, parameters) =>
      as(
        await client.post(
          client.fhirUrl(type, '_search'),
          String(new URLSearchParams(parameters)),
          FORM,
        ),
      ),
    create: async (resource) => as(await client.createResource(resource as never)),
    update: async (resource, ifMatch) =>
      as(await client.updateResource(resource as never, { headers: { 'if-match': ifMatch } })),
    patch: async (type, id, operations) =>
      as(await client.patchResource(type as 'Patient', id, operations as never)),
    remove: async (type, id) => void (await client.deleteResource(type as 'Patient', id)),
    batch: async (bundle) => as(await client.executeBatch(bundle as never)),
    everything: async (patient) => plain(await client.readPatientEverything(patient)),
    binary: async (id) =>
      new Uint8Array(
        await (await client.download(String(client.fhirUrl('Binary', id)))).arrayBuffer(),
      ),
  }
}

type Parameters2<Method> = Method extends (one: infer One) => unknown ? One : never

export const CLIENTS = {
  fetch: plainFetch,
  'fhir-kit-client': fhirKit,
  fhirclient: smartClient,
  '@medplum/core': medplum,
} as const satisfies Record<string, (destination: Destination) => FhirApp>
