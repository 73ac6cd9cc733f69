import type { VendorData } from './vendor-profile.ts'

export const OPENEMR = {
  id: 'openemr',
  label: 'OpenEMR',
  kind: 'smart',
  departures: { clientIdInBody: 'always' },
} as const satisfies VendorData
