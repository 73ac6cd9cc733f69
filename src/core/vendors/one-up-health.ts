import type { VendorData } from './vendor-profile.ts'

export const ONE_UP_HEALTH = {
  id: '1uphealth',
  label: '1upHealth',
  kind: 'smart',
  departures: { discoveryOrder: ['capability-statement', 'registered'] },
} as const satisfies VendorData
