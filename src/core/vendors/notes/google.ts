import type { GOOGLE } from '#core/vendors/google.ts'
import { reported, type VendorNotes } from './vendor-notes.ts'

export const GOOGLE_NOTES: VendorNotes<typeof GOOGLE> = {
  fhirBases: [],
  departures: {
    authorizeParameters: reported(
      'A refresh token comes only of a consent screen that was shown, asked for by parameter.',
      'google-750',
    ),
    scopesRemoved: reported('Offline access is a parameter, not a scope.', 'google-750'),
  },
  facts: [],
  registration: ['A web client; the redirect URI, exactly.'],
  unknown: ['what reuse of a refresh token does'],
}
