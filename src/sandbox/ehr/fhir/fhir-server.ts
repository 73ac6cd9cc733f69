import { getStatus } from '@medplum/core'
import { FhirRouter, MemoryRepository } from '@medplum/fhir-router'
import type { Resource } from '@medplum/fhirtypes'
import type { Access } from '#sandbox/ehr/authorization-server.ts'
import { reach } from '#sandbox/ehr/scopes.ts'
import type { WebHandler } from '#sandbox/web/server.ts'
import { capabilityStatement } from './capability-statement.ts'
import { compartmentFilter, isInCompartment } from './compartment.ts'
import { indexDefinitions } from './definitions.ts'
import { fhirError, fhirResponse } from './fhir-response.ts'
import { type Interaction, parseInteraction } from './interaction.ts'
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
  const router = new FhirRouter()
  const repository = new MemoryRepository()
  for (const resource of resources) await repository.createResource(resource)
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
    const extent = reach(access.scopes, interaction.type, interaction.permission)
    const mayShow = (resource: Resource) =>
      isWithin(reach(access.scopes, resource.resourceType, 'r'), resource) ||
      isWithin(reach(access.scopes, resource.resourceType, 's'), resource)
    const isWithin = (limit: typeof extent, resource: Resource) =>
      limit === 'user' || (limit === 'patient' && isInCompartment(resource, access.patient))
    if (!extent) return outOfScope()

    if (interaction.isSearch) {
      const form = new URLSearchParams(await request.text())
      const found = await search(
        {
          type: interaction.type,
          parameters: new URLSearchParams([...searchParams, ...form]),
          filter: extent === 'user' ? {} : compartmentFilter(interaction.type, access.patient),
          mayShow,
        },
        { baseUrl, router, repository },
      )
      return found.resourceType === 'Bundle'
        ? fhirResponse(found)
        : fhirResponse(found, getStatus(found))
    }
    return await onResource(interaction, request)

    async function onResource({ method, type, id }: Interaction, { headers }: Request) {
      const existing = id && (await repository.readResource(type, id).catch(() => undefined))
      if (existing && !isWithin(extent, existing)) return outOfScope()

      const body = method === 'GET' || method === 'DELETE' ? undefined : await parseJson(request)
      if (body === 'not JSON') return fhirError(400, 'structure', 'The body is not JSON')
      if ((method === 'POST' || method === 'PUT') && !isWithin(extent, body as Resource)) {
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
          headers: { 'if-match': headers.get('if-match') ?? undefined },
        },
        repository,
      )
      const status = getStatus(outcome)
      return fhirResponse(resource ?? outcome, status, {
        ...(status === 201 && resource && { location: `${baseUrl}/${type}/${resource.id}` }),
      })
    }
  }
}

async function parseJson(request: Request): Promise<unknown> {
  try {
    return await request.json()
  } catch {
    return 'not JSON'
  }
}

/** @see [RFC 6750 §3](https://www.rfc-editor.org/rfc/rfc6750#section-3) */
function loginRequired(isTokenBad: boolean): Response {
  const problem = isTokenBad ? ', error="invalid_token"' : ''
  return fhirError(401, 'login', 'A valid access token is needed', {
    'www-authenticate': `Bearer realm="Sandbox EHR"${problem}`,
  })
}

function outOfScope(): Response {
  return fhirError(403, 'forbidden', 'The access token was not granted this')
}
