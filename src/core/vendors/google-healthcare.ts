import type { VendorData } from './vendor-profile.ts'

export const GOOGLE_HEALTHCARE = {
  id: 'google-healthcare',
  label: 'Google Cloud Healthcare API',
  kind: 'smart',
  departures: { scopeVersion: 'v1' },
} as const satisfies VendorData
