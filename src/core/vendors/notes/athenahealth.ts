import type { ATHENAHEALTH } from '#core/vendors/athenahealth.ts'
import { documented, observed, reported, type VendorNotes } from './vendor-notes.ts'

export const ATHENAHEALTH_NOTES: VendorNotes<typeof ATHENAHEALTH> = {
  fhirBases: [/^https:\/\/api\.(platform|preview\.platform)\.athenahealth\.com\//],
  departures: {
    scopeWildcards: observed(
      'Scopes are listed a resource each, without wildcards.',
      'fasten-sources',
    ),
    refreshParameters: observed('A refresh must name the granted scope.', 'mere'),
    fhirQuery: observed(
      'One FHIR base serves all practices: each request names the practice that the token response gave as ah_practice, and next links must too.',
      'mere',
    ),
  },
  facts: [
    observed('The issuer is an address of Okta’s and not of the API host.', 'api-evangelist'),
    observed('The nonce is sent back whenever openid is asked for.', 'mere'),
    documented(
      'The kind of app decides how it authenticates: web apps by secret or JWKS, browser and native ones by PKCE.',
      'athena-docs',
    ),
    reported('Scopes are ticked in the portal by product: SMART V1, SMART V2.', 'yourphr'),
  ],
  registration: [
    'A web app with the JWKS address, or a secret.',
    'Tick the scopes under the SMART product whose version they are written in.',
  ],
  unknown: ['what reuse of a refresh token does', 'how long refresh tokens live'],
}
