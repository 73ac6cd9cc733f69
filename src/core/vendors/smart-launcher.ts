import type { VendorData } from './vendor-profile.ts'

export const SMART_LAUNCHER = {
  id: 'smart-launcher',
  label: 'SMART Health IT launcher',
  kind: 'smart',
  departures: {},
} as const satisfies VendorData
