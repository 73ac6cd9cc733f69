import type { AETNA } from '#core/vendors/aetna.ts'
import { observed, type VendorNotes } from './vendor-notes.ts'

export const AETNA_NOTES: VendorNotes<typeof AETNA> = {
  fhirBases: [/\.aetna\.com\//],
  departures: {
    discoveryPath: observed(
      'smart-configuration is at /fhir and not below the FHIR base, which answers 404.',
      'api-evangelist',
    ),
    idToken: observed(
      'There is neither issuer nor jwks_uri, so no ID token can be checked, although one is promised.',
      'api-evangelist',
    ),
    scopesRemoved: observed(
      'offline_access is not offered: there is no refresh token.',
      'api-evangelist',
      'fasten-sources',
    ),
    clientAuthentication: observed(
      'client_secret_basic is published, public clients claimed.',
      'api-evangelist',
    ),
  },
  facts: [],
  registration: [],
  unknown: ['who signed on, as no ID token can be checked'],
}
