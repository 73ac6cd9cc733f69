import type { SMART_DEFAULT } from '#core/vendors/smart.ts'
import type { VendorNotes } from './vendor-notes.ts'

export const SMART_DEFAULT_NOTES: VendorNotes<typeof SMART_DEFAULT> = {
  fhirBases: [],
  departures: {},
  facts: [],
  registration: [
    'The redirect URI, exactly as the stack’s outputs have it.',
    'The launch URL, for launches from the EHR.',
    'A confidential client: private_key_jwt with the stack’s JWKS address, else a secret.',
    'The scopes of the connection, offline_access among them.',
  ],
  unknown: [],
}
