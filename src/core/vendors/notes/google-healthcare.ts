import type { GOOGLE_HEALTHCARE } from '#core/vendors/google-healthcare.ts'
import { documented, type VendorNotes } from './vendor-notes.ts'

export const GOOGLE_HEALTHCARE_NOTES: VendorNotes<typeof GOOGLE_HEALTHCARE> = {
  fhirBases: [/^https:\/\/healthcare\.googleapis\.com\//],
  departures: {
    scopeVersion: documented('Scopes are of SMART 1.1: read, write and *.', 'google-healthcare'),
  },
  facts: [
    documented(
      'A trusted proxy in front of the store passes the SMART context on in X-Authorization headers.',
      'google-healthcare',
    ),
  ],
  registration: ['The store must be set up for SMART, and its authorization server is yours.'],
  unknown: ['everything of the authorization server, which the deployment brings'],
}
