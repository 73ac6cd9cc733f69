import type { AUTH0 } from '#core/vendors/auth0.ts'
import { documented, type VendorNotes } from './vendor-notes.ts'

export const AUTH0_NOTES: VendorNotes<typeof AUTH0> = {
  fhirBases: [],
  departures: {
    audience: documented(
      'The API that a token is for is named in the request; set audience where its identifier is not the FHIR base.',
      'auth0-rotation',
    ),
    audienceParameter: documented('The parameter is audience.', 'auth0-rotation'),
    refreshReuse: documented(
      'A rotated refresh token that is used again ends its family; there is no leeway unless it is set.',
      'auth0-rotation',
    ),
  },
  facts: [
    documented(
      'Rotating refresh tokens live 30 days, which rotation does not extend; a user has 200 of them in an app at most.',
      'auth0-rotation',
    ),
  ],
  registration: ['A regular web application; the API with offline access allowed.'],
  unknown: [],
}
