import type { OPENEMR } from '#core/vendors/openemr.ts'
import { reported, type VendorNotes } from './vendor-notes.ts'

export const OPENEMR_NOTES: VendorNotes<typeof OPENEMR> = {
  fhirBases: [/\/apis\/[^/]+\/fhir\/?$/],
  departures: {
    clientIdInBody: reported(
      'A refresh needs client_id in the body, though the client authenticates otherwise.',
      'openemr-7182',
    ),
  },
  facts: [],
  registration: ['Dynamic, or on the API clients page; an administrator enables the client.'],
  unknown: ['what reuse of a refresh token does'],
}
