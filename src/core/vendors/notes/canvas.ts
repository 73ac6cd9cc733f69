import type { CANVAS } from '#core/vendors/canvas.ts'
import { observed, type VendorNotes } from './vendor-notes.ts'

export const CANVAS_NOTES: VendorNotes<typeof CANVAS> = {
  fhirBases: [/^https:\/\/fumage-[a-z0-9-]+\.canvasmedical\.com/],
  departures: {
    discoveryOrder: observed(
      'The FHIR host has smart-configuration and no openid-configuration.',
      'api-evangelist',
    ),
  },
  facts: [
    observed(
      'FHIR is at fumage-<name>, authorization at <name>; the token endpoint ends with a slash.',
      'api-evangelist',
    ),
  ],
  registration: [],
  unknown: ['scopes of version 2', 'what reuse of a refresh token does'],
}
