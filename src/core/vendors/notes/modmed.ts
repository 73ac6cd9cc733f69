import type { MODMED } from '#core/vendors/modmed.ts'
import { observed, type VendorNotes } from './vendor-notes.ts'

export const MODMED_NOTES: VendorNotes<typeof MODMED> = {
  fhirBases: [/\.ema-api\.com\//, /\.ema\.md\//],
  departures: {
    issuerAliases: observed(
      'One Keycloak realm under two names: smart-configuration has that of the FHIR host.',
      'api-evangelist',
    ),
    scopeVersion: observed('Scopes are of version 2 only.', 'api-evangelist', 'fasten-sources'),
    scopeWildcards: observed(
      'Scopes are listed a resource each.',
      'api-evangelist',
      'fasten-sources',
    ),
    clientAuthentication: observed(
      'client_secret_post is published; a catalogue’s client uses private_key_jwt since 2026.',
      'api-evangelist',
      'fasten-sources',
    ),
  },
  facts: [
    observed(
      'The proprietary API wants x-api-key on every call: set fhirHeaders where FHIR does too.',
      'api-evangelist',
      'nango',
    ),
  ],
  registration: ['There is no public sandbox: tests run in production.'],
  unknown: ['what reuse of a refresh token does'],
}
