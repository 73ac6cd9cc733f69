import type { OAUTH2_DEFAULT } from '#core/vendors/oauth2.ts'
import type { VendorNotes } from './vendor-notes.ts'

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
