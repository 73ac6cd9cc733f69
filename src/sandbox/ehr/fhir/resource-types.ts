/**
 * The types that the sandbox's FHIR server has, each with its search parameters. `patient` says
 * which element ties a resource to a patient's compartment, by path; types without it belong to
 * nobody.
 */
export const RESOURCE_TYPES = {
  Patient: { search: ['_id', 'identifier', 'name', 'family', 'given', 'birthdate', 'gender'] },
  Practitioner: { search: ['_id', 'identifier', 'name', 'family'] },
  Organization: { search: ['_id', 'name'] },
  Location: { search: ['_id', 'name'] },
  Encounter: { patient: 'subject', search: ['_id', 'patient', 'identifier', 'date', 'status'] },
  Appointment: {
    patient: 'participant.actor',
    search: ['_id', 'patient', 'identifier', 'date', 'status', 'practitioner'],
  },
  ServiceRequest: {
    patient: 'subject',
    search: ['_id', 'patient', 'identifier', 'authored', 'category', 'code', 'status'],
  },
  DiagnosticReport: {
    patient: 'subject',
    search: ['_id', 'patient', 'identifier', 'category', 'code', 'date', 'status'],
  },
  Observation: {
    patient: 'subject',
    search: ['_id', 'patient', 'identifier', 'category', 'code', 'date', 'encounter', 'status'],
  },
  Condition: { patient: 'subject', search: ['_id', 'patient', 'category', 'code'] },
  AllergyIntolerance: { patient: 'patient', search: ['_id', 'patient', 'code'] },
  MedicationRequest: { patient: 'subject', search: ['_id', 'patient', 'status', 'intent'] },
  Immunization: {
    patient: 'patient',
    search: ['_id', 'patient', 'date', 'status', 'vaccine-code'],
  },
  DocumentReference: {
    patient: 'subject',
    search: ['_id', 'patient', 'identifier', 'category', 'date', 'encounter', 'status', 'type'],
  },
} as const satisfies Record<
  string,
  {
    readonly patient?: 'subject' | 'patient' | 'participant.actor'
    readonly search: readonly string[]
  }
>

export type SandboxResourceType = keyof typeof RESOURCE_TYPES

export function isResourceType(type: string): type is SandboxResourceType {
  return Object.hasOwn(RESOURCE_TYPES, type)
}
