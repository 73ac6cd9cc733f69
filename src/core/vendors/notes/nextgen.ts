import type { NEXTGEN } from '#core/vendors/nextgen.ts'
import { documented, observed, type VendorNotes } from './vendor-notes.ts'

export const NEXTGEN_NOTES: VendorNotes<typeof NEXTGEN> = {
  fhirBases: [/\/nge\/[^/]+\/fhir-api-r4\//],
  departures: {
    issuerAliases: observed(
      'Two documents disagree: openid-configuration has the FHIR base as issuer, smart-configuration another.',
      'api-evangelist',
    ),
    audience: observed('A client in production sends no aud.', 'fasten-sources'),
  },
  facts: [
    observed(
      'PKCE is published; the catalogue’s client does not use it. It is sent.',
      'api-evangelist',
      'fasten-sources',
    ),
    documented('Id and secret work only after approval.', 'nextgen-docs'),
  ],
  registration: ['Wait for approval before the first launch.'],
  unknown: [
    'which client authentication the token endpoint prefers, as none is published',
    'whether offline_access is granted',
  ],
}
