import type { VendorData } from './vendor-profile.ts'

export const CMS_BLUEBUTTON = {
  id: 'cms-bluebutton',
  label: 'CMS Blue Button 2.0',
  kind: 'smart',
  departures: {
    scopesRemoved: ['fhirUser', 'offline_access'],
    clientAuthentication: ['client_secret_basic'],
    patientSources: ['response', 'search'],
  },
} as const satisfies VendorData
