import type { NEXTGEN_OFFICE } from '#core/vendors/nextgen-office.ts'
import { observed, type VendorNotes } from './vendor-notes.ts'

export const NEXTGEN_OFFICE_NOTES: VendorNotes<typeof NEXTGEN_OFFICE> = {
  fhirBases: [],
  departures: {
    audience: observed(
      'The published authorization endpoint has aud in its query already, which is kept.',
      'api-evangelist',
    ),
  },
  facts: [
    observed(
      'A Keycloak realm on another host than FHIR is the issuer; below the FHIR base there is no openid-configuration.',
      'api-evangelist',
    ),
  ],
  registration: [],
  unknown: ['client authentication', 'refresh'],
}
