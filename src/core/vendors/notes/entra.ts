import type { ENTRA } from '#core/vendors/entra.ts'
import { reported, type VendorNotes } from './vendor-notes.ts'

export const ENTRA_NOTES: VendorNotes<typeof ENTRA> = {
  fhirBases: [],
  departures: {},
  facts: [
    reported(
      'The documents of common and organizations name an issuer with {tenantid} in it, and ID tokens the real one. Give the tenant’s own issuer; where several tenants sign on, give that of organizations, and list each tenant’s in issuerAliases, or …/{tenantid}/v2.0 where people of any tenant may.',
      'entra-95994',
      'go-oidc-344',
    ),
    reported('Version 1 answers expires_in, expires_on and not_before as text.', 'entra-95994'),
  ],
  registration: ['A web app with the redirect URI; a secret or a certificate.'],
  unknown: ['what reuse of a refresh token does'],
}
