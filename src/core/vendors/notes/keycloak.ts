import type { KEYCLOAK } from '#core/vendors/keycloak.ts'
import { reported, type VendorNotes } from './vendor-notes.ts'

export const KEYCLOAK_NOTES: VendorNotes<typeof KEYCLOAK> = {
  fhirBases: [],
  departures: {
    clientIdInBody: reported('A refresh must have client_id.', 'client-js-175'),
    patientSources: reported(
      'With its extension for FHIR the patient is the access token’s claim patient_id, if launch/patient was granted.',
      'alvearie-45',
    ),
  },
  facts: [
    reported('refresh_expires_in is 0 for offline tokens although they do end.', 'keycloak-48063'),
    reported('Whatever ended a session, the error is invalid_grant.', 'keycloak-9299'),
  ],
  registration: ['A confidential client of the realm; offline_access as an optional scope.'],
  unknown: ['whether a reused refresh token ends the grant, which is a setting of the realm'],
}
