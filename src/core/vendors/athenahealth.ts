import type { VendorData } from './vendor-profile.ts'

export const ATHENAHEALTH = {
  id: 'athenahealth',
  label: 'athenahealth athenaOne',
  kind: 'smart',
  departures: {
    scopeWildcards: false,
    refreshParameters: ['scope'],
    fhirQuery: { 'ah-practice': 'Organization/{ah_practice}' },
  },
} as const satisfies VendorData
