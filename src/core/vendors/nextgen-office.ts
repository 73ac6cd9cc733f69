import type { VendorData } from './vendor-profile.ts'

export const NEXTGEN_OFFICE = {
  id: 'nextgen-office',
  label: 'NextGen Office',
  kind: 'smart',
  departures: { audience: 'omitted' },
} as const satisfies VendorData
