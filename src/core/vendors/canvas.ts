import type { VendorData } from './vendor-profile.ts'

export const CANVAS = {
  id: 'canvas',
  label: 'Canvas Medical',
  kind: 'smart',
  departures: { discoveryOrder: ['smart-configuration', 'registered'] },
} as const satisfies VendorData
