import type { Search } from '#core/data-model/gather/gather.ts'

/** Searches that two sections share: what is planned is in PlanOfCare. */
export const medicationRequests: Search = {
  section: 'Medications',
  type: 'MedicationRequest',
}
export const encounterSearch: Search = { section: 'Encounters', type: 'Encounter' }
