import type { ECLINICALWORKS } from '#core/vendors/eclinicalworks.ts'
import { observed, reported, type VendorNotes } from './vendor-notes.ts'

export const ECLINICALWORKS_NOTES: VendorNotes<typeof ECLINICALWORKS> = {
  fhirBases: [/^https:\/\/fhir\d*\.(eclinicalworks|healow)\.com\//],
  departures: {
    audience: observed(
      'aud is the practice’s FHIR base without a final slash.',
      'fasten-sources',
      'mere',
    ),
    scopeWildcards: observed(
      'Scopes are .read, a resource each, chosen in the portal.',
      'fasten-sources',
    ),
    patientSources: observed(
      'The patient of a portal launch is in the ID token’s fhirUser; the response has none to rely on.',
      'doordoc-ecw',
      'mere',
    ),
  },
  facts: [
    reported(
      'Refresh tokens are for confidential clients, live 90 days, and work once: the old one ends at once.',
      'doordoc-ecw',
      'mere',
    ),
    observed(
      'Documents stand below the practice’s base only; the host’s root answers 400.',
      'api-evangelist',
    ),
    reported('Redirect URIs are https, and not localhost.', 'mere-docs'),
  ],
  registration: [
    'Patient apps at connect4.healow.com, provider apps at fhir.eclinicalworks.com: separate client ids.',
    'Choose the asymmetric client with the JWKS address, and PKCE.',
  ],
  unknown: ['whether a reused refresh token ends the grant'],
}
