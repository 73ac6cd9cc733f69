import { getStatus } from '@medplum/core'
import { FhirRouter, MemoryRepository } from '@medplum/fhir-router'
import type { Resource } from '@medplum/fhirtypes'
import type { Access } from '#sandbox/ehr/authorization-server.ts'
import type { WebHandler } from '#sandbox/web/server.ts'
import { capabilityStatement } from './capability-statement.ts'
import { indexDefinitions } from './definitions.ts'
import { fhirError, fhirResponse, outOfScope } from './fhir-response.ts'
import { type FhirStore, onInstance } from './instance.ts'
import { parseInteraction } from './interaction.ts'
import { mayShow, permitOf } from './permit.ts'
import { isResourceType } from './resource-types.ts'
import { search } from './search.ts'

export interface FhirServerOptions {
  readonly baseUrl: string
  readonly issuer: string
  readonly resources: readonly Resource[]
  readonly verifyAccessToken: (token: string) => Promise<Access | undefined>
}

/**
 * A FHIR R4 server: read, search and write of the sandbox's resource types, each held to the scopes
 * of the access token and, for `patient/` scopes, to the launch's patient.
 */
export async function fhirServer({
  baseUrl,
  issuer,
  resources,
  verifyAccessToken,
}: FhirServerOptions): Promise<WebHandler> {
  indexDefinitions()
  const store: FhirStore = { baseUrl, router: new FhirRouter(), repository: new MemoryRepository() }
  for (const resource of resources) await store.repository.createResource(resource)
  const metadata = capabilityStatement(baseUrl, issuer, new Date())

  return async (request) => {
    const { pathname, searchParams } = new URL(request.url)
    const path = pathname.slice(new URL(baseUrl).pathname.length)
    if (path === '/metadata') return fhirResponse(metadata)

    const token = /^Bearer (\S+)$/i.exec(request.headers.get('authorization') ?? '')?.[1]
    const access = token && (await verifyAccessToken(token))
    if (!access) return loginRequired(token !== undefined)

    const interaction = parseInteraction(request.method, path)
    if (!interaction) {
      return fhirError(405, 'not-supported', 'This server does not do that here')
    }
    if (!isResourceType(interaction.type)) {
      return fhirError(404, 'not-supported', 'This server has no such resource type')
    }
    const permit = permitOf(access, interaction)
    if (!permit) return outOfScope()
    if (!interaction.isSearch) return await onInstance(interaction, { request, permit, store })

    const form = new URLSearchParams(await request.text())
    const found = await search(
      {
        type: interaction.type,
        parameters: new URLSearchParams([...searchParams, ...form]),
        filter: permit.filter,
        mayShow: (resource) => mayShow(access, resource),
      },
      store,
    )
    return fhirResponse(found, found.resourceType === 'Bundle' ? 200 : getStatus(found))
  }
}

/** @see [RFC 6750 §3](https://www.rfc-editor.org/rfc/rfc6750#section-3) */
function loginRequired(isTokenBad: boolean): Response {
  const problem = isTokenBad ? ', error="invalid_token"' : ''
  return fhirError(401, 'login', 'A valid access token is needed', {
    'www-authenticate': `Bearer realm="Sandbox EHR"${problem}`,
  })
}
