import type { ATHENA_FLEX } from '#core/vendors/athena-flex.ts'
import { reported, type VendorNotes } from './vendor-notes.ts'

export const ATHENA_FLEX_NOTES: VendorNotes<typeof ATHENA_FLEX> = {
  fhirBases: [/:9443\/[^/]*APIServer\/fhir/i],
  departures: {
    discoveryOrder: reported(
      'The CapabilityStatement may name an internal host that nobody outside reaches, so the registry’s endpoints come first.',
      'athena-flex',
    ),
    responseType: reported(
      'Authorization asks for "code id_token". The ID token beside the code is not used: the one of the token endpoint is.',
      'athena-flex',
    ),
    responseMode: reported('The answer is posted.', 'athena-flex'),
    refreshParameters: reported('A refresh must name the redirect URI.', 'athena-flex'),
  },
  facts: [
    reported(
      'aud must be in the form that the server has in mind: with or without /fhir, by version. Set audience to that URL where "Invalid audience" comes back.',
      'athena-flex',
    ),
    reported(
      'Errors of the token endpoint have status 500, or the members status and statusmessage.',
      'athena-flex',
    ),
    reported(
      'The state comes back cut at quotes and angle brackets; ours has none.',
      'athena-flex',
    ),
    reported('A locked user gets a token with fewer scopes, without an error.', 'athena-flex'),
  ],
  registration: [
    'The client id is a signed JWT of several kB.',
    'Give the endpoints as the outside reaches them, for the connection’s authorizationServer.',
  ],
  unknown: ['client authentication by private_key_jwt', 'PKCE'],
}
