import type { VERADIGM_DSTU2 } from '#core/vendors/veradigm-dstu2.ts'
import { documented, observed, type VendorNotes } from './vendor-notes.ts'

export const VERADIGM_DSTU2_NOTES: VendorNotes<typeof VERADIGM_DSTU2> = {
  fhirBases: [/\.(allscripts|veradigm|followmyhealth)\.com\/.*\/dstu2/i],
  departures: {
    endpointSlash: observed('Published endpoints may end with a slash that must go.', 'mere'),
    discoveryOrder: observed('Endpoints are in the CapabilityStatement.', 'mere', 'api-evangelist'),
    pkce: observed('A client in production sends no PKCE.', 'mere'),
    scopesRemoved: observed(
      'Identity is openid profile; patient apps get no refresh token.',
      'mere',
    ),
    patientSources: observed(
      'The response has no patient: it is the claim local_patient_id of the access token.',
      'mere',
    ),
    fhirHeaders: observed('The server speaks application/json+fhir.', 'api-evangelist'),
  },
  facts: [
    observed('The access token’s scope claim is a list.', 'mere'),
    documented('An example token lives 1200 seconds.', 'veradigm-docs'),
  ],
  registration: ['The app starts as test only, and must be enabled.'],
  unknown: [],
}
