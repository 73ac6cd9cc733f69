import type { VendorData } from './vendor-profile.ts'

export const NEXTGEN = {
  id: 'nextgen',
  label: 'NextGen Enterprise',
  kind: 'smart',
  departures: {
    issuerAliases: ['{fhir_base}'],
    audience: 'omitted',
  },
} as const satisfies VendorData
