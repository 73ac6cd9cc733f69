import type { VendorData } from './vendor-profile.ts'

export const AWS_HEALTHLAKE = {
  id: 'aws-healthlake',
  label: 'AWS HealthLake',
  kind: 'smart',
  departures: { scopeVersion: 'v1' },
} as const satisfies VendorData
