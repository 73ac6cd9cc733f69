import { getStatus } from '@medplum/core'
import type { FhirRouter, MemoryRepository } from '@medplum/fhir-router'
import type { Resource } from '@medplum/fhirtypes'
import { fhirError, fhirResponse, outOfScope } from './fhir-response.ts'
import type { Interaction } from './interaction.ts'
import type { Permit } from './permit.ts'

/** Where the resources are, and how they are addressed. */
export interface FhirStore {
  readonly baseUrl: string
  readonly router: FhirRouter
  readonly repository: MemoryRepository
}

/** Reads or writes one resource, if the permit covers it as it is and as it is to become. */
export async function onInstance(
  { method, type, id }: Interaction,
  {
    request,
    permit,
    store: { baseUrl, router, repository },
  }: { readonly request: Request; readonly permit: Permit; readonly store: FhirStore },
): Promise<Response> {
  const existing = id && (await repository.readResource(type, id).catch(() => undefined))
  if (existing && !permit.covers(existing)) return outOfScope()

  const isWrite = method === 'POST' || method === 'PUT' || method === 'PATCH'
  const body = isWrite ? await request.json().catch(() => undefined) : undefined
  if (isWrite && (typeof body !== 'object' || body === null)) {
    return fhirError(400, 'structure', 'The body is not JSON')
  }
  if ((method === 'POST' || method === 'PUT') && !permit.covers(body as Resource)) {
    return outOfScope()
  }

  const [outcome, resource] = await router.handleRequest(
    {
      method,
      url: id ? `/${type}/${id}` : `/${type}`,
      pathname: '',
      params: {},
      query: {},
      body,
      headers: { 'if-match': request.headers.get('if-match') ?? undefined },
    },
    repository,
  )
  const status = getStatus(outcome)
  return fhirResponse(resource ?? outcome, status, {
    ...(status === 201 && resource && { location: `${baseUrl}/${type}/${resource.id}` }),
  })
}
