import type { VERADIGM } from '#core/vendors/veradigm.ts'
import { documented, observed, reported, type VendorNotes } from './vendor-notes.ts'

export const VERADIGM_NOTES: VendorNotes<typeof VERADIGM> = {
  fhirBases: [/\.(allscripts|veradigm|followmyhealth)\.com\/.*\/r4/i],
  departures: {
    endpointSlash: observed('Published endpoints may end with a slash that must go.', 'mere'),
    clientAuthentication: observed(
      'Published methods are basic, post and two of mutual TLS, which this broker does not do.',
      'api-evangelist',
    ),
  },
  facts: [
    observed(
      'smart-configuration stands below the tenant’s path; its issuer is on another host.',
      'api-evangelist',
    ),
    observed('DPoP and PAR are published.', 'api-evangelist'),
    reported('unauthorized_client until the vendor has enabled the app.', 'yourphr'),
    documented('Up to five redirect and three launch URLs.', 'veradigm-docs'),
  ],
  registration: [
    'The app starts as test only, and must be enabled.',
    'A customer must license the app, and sets how long tokens live.',
  ],
  unknown: ['what reuse of a refresh token does'],
}
