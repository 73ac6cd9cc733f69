import type { VendorData } from './vendor-profile.ts'

export const OIDC_DEFAULT = {
  id: 'oidc',
  label: 'Any OpenID provider',
  kind: 'oidc',
  departures: {},
} as const satisfies VendorData
