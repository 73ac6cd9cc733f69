import type { VendorData } from './vendor-profile.ts'

export const VERADIGM = {
  id: 'veradigm',
  label: 'Veradigm, Altera and FollowMyHealth (R4)',
  kind: 'smart',
  departures: {
    endpointSlash: 'removed',
    clientAuthentication: ['none', 'client_secret_basic', 'client_secret_post'],
  },
} as const satisfies VendorData
