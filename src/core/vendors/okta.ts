import type { VendorData } from './vendor-profile.ts'

export const OKTA = {
  id: 'okta',
  label: 'Okta',
  kind: 'oidc',
  departures: { refreshReuse: 'revokes', patientSources: ['response'] },
} as const satisfies VendorData
