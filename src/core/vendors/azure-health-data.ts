import type { VendorData } from './vendor-profile.ts'

export const AZURE_HEALTH_DATA = {
  id: 'azure-health-data',
  label: 'Azure Health Data Services with Entra ID',
  kind: 'smart',
  departures: { clientAuthentication: ['none', 'client_secret_basic', 'client_secret_post'] },
} as const satisfies VendorData
