import type { VendorData } from './vendor-profile.ts'

export const ORACLE_HEALTH = {
  id: 'oracle-health',
  label: 'Oracle Health Millennium (Cerner)',
  kind: 'smart',
  departures: {
    issuerAliases: ['{issuer}/oidc/idsps/*/'],
    idTokenKeys: 'token-issuer',
    idTokenAlgorithms: ['RS256'],
    scopeWildcards: false,
    clientAuthentication: ['none', 'client_secret_basic', 'private_key_jwt'],
    basicEncoding: 'raw',
    refreshReuse: 'tolerated',
  },
} as const satisfies VendorData
