import { reported, type VendorNotes } from './vendor-notes.ts'
import type { VendorData } from './vendor-profile.ts'

export const GOOGLE = {
  id: 'google',
  label: 'Google identity',
  kind: 'oidc',
  departures: {
    authorizeParameters: { access_type: 'offline', prompt: 'consent' },
    scopesRemoved: ['offline_access'],
  },
} as const satisfies VendorData

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
