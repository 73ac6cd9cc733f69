import type { VendorData } from './vendor-profile.ts'

export const ELATION = {
  id: 'elation',
  label: 'Elation Health',
  kind: 'smart',
  departures: { discoveryOrder: ['registered'] },
} as const satisfies VendorData
