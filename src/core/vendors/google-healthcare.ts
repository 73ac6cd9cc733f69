import { documented, type VendorNotes } from './vendor-notes.ts'
import type { VendorData } from './vendor-profile.ts'

export const GOOGLE_HEALTHCARE = {
  id: 'google-healthcare',
  label: 'Google Cloud Healthcare API',
  kind: 'smart',
  departures: { scopeVersion: 'v1' },
} as const satisfies VendorData

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
