import type { VendorData } from './vendor-profile.ts'

export const OAUTH2_DEFAULT = {
  id: 'oauth2',
  label: 'Any OAuth 2.0 server',
  kind: 'oauth2',
  departures: {},
} as const satisfies VendorData
