import type { VendorData } from './vendor-profile.ts'

export const VA_LIGHTHOUSE = {
  id: 'va-lighthouse',
  label: 'VA Lighthouse',
  kind: 'smart',
  departures: {
    audience: 'omitted',
    scopeWildcards: false,
    scopesRemoved: ['fhirUser'],
    clientIdInBody: 'always',
    refreshParameters: ['scope'],
  },
} as const satisfies VendorData
