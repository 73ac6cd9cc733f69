import type { OIDC_DEFAULT } from '#core/vendors/oidc.ts'
import type { VendorNotes } from './vendor-notes.ts'

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
