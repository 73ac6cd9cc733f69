import type { VendorData } from './vendor-profile.ts'

export const MEDITECH = {
  id: 'meditech',
  label: 'MEDITECH Greenfield and Expanse',
  kind: 'smart',
  departures: {
    discoveryPath: '/',
    clientAuthentication: ['client_secret_basic', 'client_secret_post', 'private_key_jwt'],
    assertionAlgorithm: 'RS384',
    idTokenAlgorithms: ['RS256', 'RS384', 'RS512'],
  },
} as const satisfies VendorData
