import type { VendorData } from './vendor-profile.ts'

export const EPIC = {
  id: 'epic',
  label: 'Epic',
  kind: 'smart',
  departures: {
    discoveryHeaders: { 'epic-client-id': '{client_id}' },
    issuerAliases: ['{issuer}/token'],
    idTokenAlgorithms: ['RS256'],
    authorizeMethod: 'post-when-long',
  },
} as const satisfies VendorData
