import type { VendorData } from './vendor-profile.ts'

export const ATHENA_FLEX = {
  id: 'athena-flex',
  label: 'athenaPractice and athenaFlow (Centricity)',
  kind: 'smart',
  departures: {
    discoveryOrder: ['registered', 'smart-configuration', 'capability-statement'],
    responseType: 'code id_token',
    responseMode: 'form_post',
    refreshParameters: ['redirect_uri'],
  },
} as const satisfies VendorData
