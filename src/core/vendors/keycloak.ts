import type { VendorData } from './vendor-profile.ts'

export const KEYCLOAK = {
  id: 'keycloak',
  label: 'Keycloak',
  kind: 'oidc',
  departures: {
    clientIdInBody: 'always',
    patientSources: ['access-token:patient_id'],
  },
} as const satisfies VendorData
