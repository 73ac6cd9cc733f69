import type { VendorData } from './vendor-profile.ts'

export const MEDPLUM = {
  id: 'medplum',
  label: 'Medplum',
  kind: 'smart',
  departures: {},
} as const satisfies VendorData
