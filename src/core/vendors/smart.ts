import type { VendorData } from './vendor-profile.ts'

export const SMART_DEFAULT = {
  id: 'smart',
  label: 'Any SMART on FHIR server',
  kind: 'smart',
  departures: {},
} as const satisfies VendorData
