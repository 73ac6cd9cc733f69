import type { VA_LIGHTHOUSE } from '#core/vendors/va-lighthouse.ts'
import { observed, reported, type VendorNotes } from './vendor-notes.ts'

export const VA_LIGHTHOUSE_NOTES: VendorNotes<typeof VA_LIGHTHOUSE> = {
  fhirBases: [/^https:\/\/(sandbox-)?api\.va\.gov\//],
  departures: {
    audience: observed('No aud is sent.', 'mere', 'lighthouse-proxy'),
    scopeWildcards: observed('Scopes are listed a resource each.', 'fasten-sources'),
    scopesRemoved: observed('Identity is openid profile.', 'mere', 'fasten-sources'),
    clientIdInBody: observed('A refresh has client_id in the body.', 'mere', 'lighthouse-proxy'),
    refreshParameters: observed('The scope is sent with a refresh.', 'mere'),
  },
  facts: [
    observed('launch/patient adds the patient (an ICN) to the response.', 'lighthouse-proxy'),
    observed('A launch value must be plain text or base64 of JSON.', 'lighthouse-proxy'),
    observed(
      'Requests are limited; x-ratelimit headers and Retry-After say how.',
      'fasten-sources',
    ),
    reported('Redirect URIs are https, and not localhost.', 'mere-docs'),
  ],
  registration: [
    'Authorization takes an idp parameter: set authorizeParameters where it is wanted.',
  ],
  unknown: ['whether a reused refresh token ends the grant'],
}
