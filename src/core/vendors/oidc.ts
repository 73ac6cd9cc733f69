import type { VendorNotes } from './vendor-notes.ts'
import type { VendorData } from './vendor-profile.ts'

export const OIDC_DEFAULT = {
  id: 'oidc',
  label: 'Any OpenID provider',
  kind: 'oidc',
  departures: {},
} as const satisfies VendorData

export const OIDC_DEFAULT_NOTES: VendorNotes<typeof OIDC_DEFAULT> = {
  fhirBases: [],
  departures: {},
  facts: [],
  registration: [
    'The redirect URI, exactly as the stack’s outputs have it.',
    'The grants authorization_code and refresh_token.',
    'The scopes openid, profile, email, and offline_access where the provider has it.',
  ],
  unknown: [],
}
