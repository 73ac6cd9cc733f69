import { observed, type VendorNotes } from './vendor-notes.ts'
import type { VendorData } from './vendor-profile.ts'

export const ONE_UP_HEALTH = {
  id: '1uphealth',
  label: '1upHealth',
  kind: 'smart',
  departures: { discoveryOrder: ['capability-statement', 'registered'] },
} as const satisfies VendorData

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
