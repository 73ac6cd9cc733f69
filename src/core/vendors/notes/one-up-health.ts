import type { ONE_UP_HEALTH } from '#core/vendors/one-up-health.ts'
import { observed, type VendorNotes } from './vendor-notes.ts'

export const ONE_UP_HEALTH_NOTES: VendorNotes<typeof ONE_UP_HEALTH> = {
  fhirBases: [/\.1up\.health\//],
  departures: {
    discoveryOrder: observed(
      'smart-configuration answers 401: the endpoints are in the CapabilityStatement only.',
      'api-evangelist',
    ),
  },
  facts: [],
  registration: [],
  unknown: ['scopes', 'refresh'],
}
