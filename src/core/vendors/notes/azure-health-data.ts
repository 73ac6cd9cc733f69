import type { AZURE_HEALTH_DATA } from '#core/vendors/azure-health-data.ts'
import { documented, observed, type VendorNotes } from './vendor-notes.ts'

export const AZURE_HEALTH_DATA_NOTES: VendorNotes<typeof AZURE_HEALTH_DATA> = {
  fhirBases: [/\.fhir\.azurehealthcareapis\.com/, /\.azurehealthcareapis\.com/],
  departures: {
    clientAuthentication: observed(
      'The proxy in front of Entra passes a secret on, and nothing else.',
      'ms-fhir-server',
    ),
  },
  facts: [
    observed(
      'launch must be base64url of JSON; without one it is an empty object. The EHR makes it.',
      'ms-fhir-server',
    ),
    observed('PKCE is published and not passed on to Entra. It is sent.', 'ms-fhir-server'),
    observed('A Basic secret with a colon fails.', 'ms-fhir-server'),
    observed(
      'A refresh answers scopes as <audience>/patient$X.read, which are read back.',
      'ms-fhir-server',
    ),
    documented(
      'Some deployments write scopes with dots, patient.X.read: override scopeForm with dots; those without the proxy, with dollar.',
      'healix',
    ),
  ],
  registration: [
    'In Entra the redirect URI is the proxy’s callback, with the base64url of ours at its end.',
  ],
  unknown: ['what reuse of a refresh token does'],
}
