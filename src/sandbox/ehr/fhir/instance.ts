import { getStatus } from '@medplum/core'
import type { FhirRouter, MemoryRepository } from '@medplum/fhir-router'
import type { Resource } from '@medplum/fhirtypes'
import { fhirResponse, outOfScope } from './fhir-response.ts'
import type { Interaction } from './interaction.ts'
import type { Permit } from './permit.ts'
import { sentResource } from './sent-resource.ts'

/** Where the resources are, and how they are addressed. */
export interface FhirStore {
  readonly baseUrl: string
  readonly router: FhirRouter
  readonly repository: MemoryRepository
}

/** Reads or writes one resource, if the permit covers it as it is and as it is to become. */
export async function onInstance(
  interaction: Interaction,
  {
    request,
    permit,
    store: { baseUrl, router, repository },
  }: { readonly request: Request; readonly permit: Permit; readonly store: FhirStore },
): Promise<Response> {
  const { method, type, id, version } = interaction
  const existing = id ? await repository.readResource(type, id).catch(() => undefined) : undefined
  if (existing && !permit.covers(existing)) return outOfScope()

  let body: Resource | undefined
  if (method === 'POST' || method === 'PUT' || method === 'PATCH') {
    const sent = await sentResource(interaction, request, existing)
    if (sent instanceof Response) return sent
    if (!permit.covers(sent)) return outOfScope()
    body = sent
  }

  const [outcome, resource] = await router.handleRequest(
    {
      // A patch is applied already, and its outcome is what is put.
      method: method === 'PATCH' ? 'PUT' : method,
      url: ['', type, ...(id ? [id] : []), ...(version ? ['_history', version] : [])].join('/'),
      pathname: '',
      params: {},
      query: {},
      body,
      headers: {
        'if-match': request.headers.get('if-match') ?? undefined,
        'if-none-exist': request.headers.get('if-none-exist') ?? undefined,
      },
    },
    repository,
  )
  // A conditional create may have found somebody else's, or a version have been another's.
  if (resource && !permit.covers(resource)) return outOfScope()
  const isNew = method === 'PUT' && resource !== undefined && !existing
  const status = isNew ? 201 : getStatus(outcome)
  return fhirResponse(resource ?? outcome, status, {
    ...(status === 201 && resource && { location: versionUrl(baseUrl, resource) }),
  })
}

/** @see [FHIR R4, create](https://hl7.org/fhir/R4/http.html#create) */
function versionUrl(baseUrl: string, { resourceType, id, meta }: Resource): string {
  return `${baseUrl}/${resourceType}/${id}/_history/${meta?.versionId}`
}
