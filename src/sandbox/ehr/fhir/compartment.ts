import type { Resource } from '@medplum/fhirtypes'
import { isResourceType, RESOURCE_TYPES } from './resource-types.ts'

/**
 * Whether a resource is in a patient's compartment, or in nobody's (a practitioner, a location):
 * what a `patient/` scope reaches.
 */
export function isInCompartment(resource: Resource, patient: string): boolean {
  if (resource.resourceType === 'Patient') return resource.id === patient
  const path = patientPath(resource.resourceType)
  if (!path) return true
  return valuesAt(resource, [...path.split('.'), 'reference']).includes(`Patient/${patient}`)
}

/** The search parameters that hold a search of a type to a patient's compartment. */
export function compartmentFilter(type: string, patient: string): Readonly<Record<string, string>> {
  if (type === 'Patient') return { _id: patient }
  return patientPath(type) ? { patient: `Patient/${patient}` } : {}
}

function patientPath(type: string): string | undefined {
  if (!isResourceType(type)) return undefined
  const definition = RESOURCE_TYPES[type]
  return 'patient' in definition ? definition.patient : undefined
}

function valuesAt(value: unknown, path: readonly string[]): readonly unknown[] {
  if (Array.isArray(value)) return value.flatMap((one) => valuesAt(one, path))
  const [name, ...rest] = path
  if (name === undefined) return [value]
  if (typeof value !== 'object' || value === null || !Object.hasOwn(value, name)) return []
  return valuesAt((value as Readonly<Record<string, unknown>>)[name], rest)
}
