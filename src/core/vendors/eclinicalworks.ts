import type { VendorData } from './vendor-profile.ts'

export const ECLINICALWORKS = {
  id: 'eclinicalworks',
  label: 'eClinicalWorks and healow',
  kind: 'smart',
  departures: {
    audience: 'without-slash',
    scopeWildcards: false,
    patientSources: ['fhir-user', 'response'],
  },
} as const satisfies VendorData
