import type { VendorData } from './vendor-profile.ts'

export const AUTH0 = {
  id: 'auth0',
  label: 'Auth0',
  kind: 'oidc',
  departures: {
    audience: 'as-received',
    audienceParameter: 'audience',
    refreshReuse: 'revokes',
  },
} as const satisfies VendorData
