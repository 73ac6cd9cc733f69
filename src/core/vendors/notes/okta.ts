import type { OKTA } from '#core/vendors/okta.ts'
import { documented, reported, type VendorNotes } from './vendor-notes.ts'

export const OKTA_NOTES: VendorNotes<typeof OKTA> = {
  fhirBases: [],
  departures: {
    refreshReuse: documented(
      'Where tokens rotate, a second use ends the newest refresh token and every access token of that sign-on.',
      'okta-refresh',
    ),
    patientSources: reported(
      'The vendor’s sample for SMART answers patient, as Patient/<id>.',
      'okta-docs-3',
    ),
  },
  facts: [
    reported('The audience set at the server must be that of the request.', 'okta-60'),
    reported(
      'A 401 may have an empty body and its error in WWW-Authenticate.',
      'openid-client-102',
    ),
  ],
  registration: ['The custom authorization server’s issuer: https://<org>/oauth2/<id>.'],
  unknown: [],
}
