import type { Resource } from '@medplum/fhirtypes'
import { isResourceType, RESOURCE_TYPES } from './resource-types.ts'

/**
 * Whether a resource is in a patient's compartment, or in nobody's (a practitioner, a location):
 * what a `patient/` scope reaches.
 */
export function isInCompartment(resource: Resource, patient: string): boolean {
  if (resource.resourceType === 'Patient') return resource.id === patient
  const element = patientElement(resource.resourceType)
  if (!element) return true
  const reference = (resource as unknown as Record<string, unknown>)[element]
  return (
    typeof reference === 'object' &&
    reference !== null &&
    'reference' in reference &&
    reference.reference === `Patient/${patient}`
  )
}

/** The search parameters that hold a search of a type to a patient's compartment. */
export function compartmentFilter(type: string, patient: string): Readonly<Record<string, string>> {
  if (type === 'Patient') return { _id: patient }
  return patientElement(type) ? { patient: `Patient/${patient}` } : {}
}

function patientElement(type: string): string | undefined {
  if (!isResourceType(type)) return undefined
  const definition = RESOURCE_TYPES[type]
  return 'patient' in definition ? definition.patient : undefined
}
