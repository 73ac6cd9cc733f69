import type { VendorData } from './vendor-profile.ts'

export const AETNA = {
  id: 'aetna',
  label: 'Aetna',
  kind: 'smart',
  departures: {
    discoveryPath: '/fhir',
    idToken: 'ignored',
    scopesRemoved: ['offline_access'],
    clientAuthentication: ['none', 'client_secret_basic'],
  },
} as const satisfies VendorData
