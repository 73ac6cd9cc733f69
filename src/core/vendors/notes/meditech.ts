import type { MEDITECH } from '#core/vendors/meditech.ts'
import { observed, reported, type VendorNotes } from './vendor-notes.ts'

export const MEDITECH_NOTES: VendorNotes<typeof MEDITECH> = {
  fhirBases: [/\.meditech\.com\//],
  departures: {
    discoveryPath: observed(
      'smart-configuration and openid-configuration stand at the host’s root, not below the FHIR base.',
      'api-evangelist',
    ),
    clientAuthentication: observed(
      'Published methods are post, basic and private_key_jwt.',
      'api-evangelist',
    ),
    assertionAlgorithm: observed(
      'Assertions are taken with RSA signatures only.',
      'api-evangelist',
    ),
    idTokenAlgorithms: observed('ID tokens are signed with RSA.', 'api-evangelist'),
  },
  facts: [
    observed(
      'Other hosts of the vendor answer an HTML page with status 200 for any well-known address; what is not JSON is refused.',
      'api-evangelist',
    ),
    observed(
      'unauthorized_client is about the app’s registration; tokens are kept.',
      'api-evangelist',
    ),
    reported('A provider’s standalone launch needs launch/patient.', 'smarterfhir-34'),
  ],
  registration: ['Wildcard scopes are open in the sandbox; production gets the least set.'],
  unknown: ['refresh with offline_access in production', 'what reuse of a refresh token does'],
}
