import type { VendorData } from './vendor-profile.ts'

export const ENTRA = {
  id: 'entra',
  label: 'Microsoft Entra ID',
  kind: 'oidc',
  departures: {},
} as const satisfies VendorData
