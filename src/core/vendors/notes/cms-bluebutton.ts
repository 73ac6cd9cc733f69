import type { CMS_BLUEBUTTON } from '#core/vendors/cms-bluebutton.ts'
import { documented, reported, type VendorNotes } from './vendor-notes.ts'

export const CMS_BLUEBUTTON_NOTES: VendorNotes<typeof CMS_BLUEBUTTON> = {
  fhirBases: [/^https:\/\/(sandbox\.)?bluebutton\.cms\.gov\//],
  departures: {
    scopesRemoved: documented(
      'The scopes are Patient, Coverage, ExplanationOfBenefit, profile, openid and launch/patient; how long access lasts is decided at review.',
      'blue-button',
    ),
    clientAuthentication: documented('Confidential clients only, by Basic.', 'blue-button'),
    patientSources: documented(
      'The first response has no patient, a refresh has; until then it is the one Patient that can be found.',
      'blue-button',
    ),
  },
  facts: [
    documented('PKCE with S256 and a state of 16 characters or more are demanded.', 'blue-button'),
    documented('expires_in may be a fraction.', 'blue-button'),
    documented('access_grant_expiration ends the consent, and so the session.', 'blue-button'),
    documented(
      'A refresh token works once; a second use is invalid_grant without a description. The 1-hour category has none.',
      'blue-button',
      'blue-button-1163',
    ),
    reported(
      'A person may untick personal data: then Patient and userinfo are not granted.',
      'yourphr',
    ),
  ],
  registration: ['The sandbox at once; production after a review that sets the duration category.'],
  unknown: ['aud, which is not documented', 'whether a reused refresh token ends the grant'],
}
