import type { ELATION } from '#core/vendors/elation.ts'
import { observed, type VendorNotes } from './vendor-notes.ts'

export const ELATION_NOTES: VendorNotes<typeof ELATION> = {
  fhirBases: [/\.elationemr\.com\//],
  departures: {
    discoveryOrder: observed(
      'CapabilityStatement and smart-configuration answer 401 to whoever has no token.',
      'api-evangelist',
    ),
  },
  facts: [],
  registration: ['Ask for the endpoints, for the connection’s authorizationServer.'],
  unknown: ['scopes', 'client authentication', 'refresh'],
}
