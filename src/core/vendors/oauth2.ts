import type { VendorNotes } from './vendor-notes.ts'
import type { VendorData } from './vendor-profile.ts'

export const OAUTH2_DEFAULT = {
  id: 'oauth2',
  label: 'Any OAuth 2.0 server',
  kind: 'oauth2',
  departures: {},
} as const satisfies VendorData

export const OAUTH2_DEFAULT_NOTES: VendorNotes<typeof OAUTH2_DEFAULT> = {
  fhirBases: [],
  departures: {},
  facts: [],
  registration: [
    'The redirect URI, exactly as the stack’s outputs have it.',
    'Both endpoints for the connection’s authorizationServer, as nothing publishes them.',
    'Where it can be asked who signed on: a userinfo endpoint, or another request.',
  ],
  unknown: [],
}
