import type { VendorData } from './vendor-profile.ts'

export const MODMED = {
  id: 'modmed',
  label: 'ModMed EMA',
  kind: 'smart',
  departures: {
    issuerAliases: ['https://sso.ema.md/auth/realms/fhir'],
    scopeVersion: 'v2',
    scopeWildcards: false,
    clientAuthentication: ['client_secret_post', 'private_key_jwt'],
  },
} as const satisfies VendorData
