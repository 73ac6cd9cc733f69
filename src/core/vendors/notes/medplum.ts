import type { MEDPLUM } from '#core/vendors/medplum.ts'
import { documented, type VendorNotes } from './vendor-notes.ts'

export const MEDPLUM_NOTES: VendorNotes<typeof MEDPLUM> = {
  fhirBases: [/^https:\/\/api\.medplum\.com\/fhir\/R4/],
  departures: {},
  facts: [
    documented(
      'A launch’s iss ends with a slash, and its context is a patient or an encounter.',
      'medplum',
    ),
  ],
  registration: ['A ClientApplication with the launch and redirect URIs.'],
  unknown: ['what reuse of a refresh token does'],
}
