import type { Resource } from '@medplum/fhirtypes'
import type { Access } from '#sandbox/ehr/authorization-server.ts'
import { type Permission, reach } from '#sandbox/ehr/scopes.ts'
import { compartmentFilter, isInCompartment } from './compartment.ts'

/** How far an interaction may go. */
export interface Permit {
  /** Whether it may touch this resource. */
  covers(resource: Resource): boolean
  /** What holds a search to what it covers. */
  readonly filter: Readonly<Record<string, string>>
}

/** What a token permits of an interaction; `undefined` when it is not granted at all. */
export function permitOf(
  { scopes, patient }: Access,
  { type, permission }: { readonly type: string; readonly permission: Permission },
): Permit | undefined {
  const extent = reach(scopes, type, permission)
  if (!extent) return undefined
  return extent === 'user'
    ? { covers: () => true, filter: {} }
    : {
        covers: (resource) => isInCompartment(resource, patient),
        filter: compartmentFilter(type, patient),
      }
}

/** Whether a resource that a search includes may be shown: one that could be read or found itself. */
export function mayShow(access: Access, resource: Resource): boolean {
  return (['r', 's'] as const).some((permission) =>
    permitOf(access, { type: resource.resourceType, permission })?.covers(resource),
  )
}
