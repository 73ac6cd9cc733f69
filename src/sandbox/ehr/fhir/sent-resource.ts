import {
  applyPatch,
  deepClone,
  getStatus,
  isResource,
  normalizeOperationOutcome,
  validateResource,
} from '@medplum/core'
import type { Resource } from '@medplum/fhirtypes'
import { fhirError, fhirResponse } from './fhir-response.ts'
import type { Interaction } from './interaction.ts'

/**
 * The resource that a write is to leave behind, valid FHIR R4; or the answer to one that cannot.
 * What the server says of a resource (`meta.versionId`, `meta.lastUpdated`, the id of a new one) it
 * takes from nobody.
 *
 * @see [FHIR R4, create and update](https://hl7.org/fhir/R4/http.html#create)
 */
export async function sentResource(
  { method, type, id }: Interaction,
  request: Request,
  existing: Resource | undefined,
): Promise<Resource | Response> {
  const body: unknown = await request.json().catch(() => undefined)
  if (typeof body !== 'object' || body === null) {
    return fhirError(400, 'structure', 'The body is not JSON')
  }
  let sent: unknown = body
  if (method === 'PATCH') {
    if (!existing) return fhirError(404, 'not-found', 'There is no such resource')
    if (!Array.isArray(body)) return fhirError(415, 'not-supported', 'Only JSON Patch is served')
    const patched = deepClone(existing)
    const [failed] = applyPatch(patched, body).filter((error) => error !== null)
    if (failed) return fhirError(422, 'processing', failed.message)
    sent = patched
  }
  if (!isResource(sent) || sent.resourceType !== type) {
    return fhirError(400, 'structure', `The body is not of the resource type ${type}`)
  }
  if (method !== 'POST' && sent.id !== id) {
    return fhirError(400, 'value', 'The id in the body is not the one in the address')
  }
  const { versionId: _version, lastUpdated: _time, ...meta } = sent.meta ?? {}
  const { id: _id, meta: _meta, ...rest } = sent
  const resource = {
    ...rest,
    ...(method !== 'POST' && { id }),
    ...(Object.keys(meta).length > 0 && { meta }),
  } as Resource
  try {
    validateResource(resource)
  } catch (error) {
    const outcome = normalizeOperationOutcome(error)
    return fhirResponse(outcome, getStatus(outcome))
  }
  return resource
}
