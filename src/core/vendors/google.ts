import type { VendorData } from './vendor-profile.ts'

export const GOOGLE = {
  id: 'google',
  label: 'Google identity',
  kind: 'oidc',
  departures: {
    authorizeParameters: { access_type: 'offline', prompt: 'consent' },
    scopesRemoved: ['offline_access'],
  },
} as const satisfies VendorData
