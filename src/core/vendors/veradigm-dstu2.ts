import type { VendorData } from './vendor-profile.ts'

export const VERADIGM_DSTU2 = {
  id: 'veradigm-dstu2',
  label: 'Veradigm and Altera (DSTU2)',
  kind: 'smart',
  departures: {
    endpointSlash: 'removed',
    discoveryOrder: ['capability-statement', 'registered'],
    pkce: 'none',
    scopesRemoved: ['fhirUser', 'offline_access'],
    patientSources: ['response', 'access-token:local_patient_id'],
    fhirHeaders: { accept: 'application/json+fhir' },
  },
} as const satisfies VendorData
