import type { EPIC } from '#core/vendors/epic.ts'
import { documented, reported, type VendorNotes } from './vendor-notes.ts'

export const EPIC_NOTES: VendorNotes<typeof EPIC> = {
  fhirBases: [/\/api\/FHIR\/(DSTU2|STU3|R4)\/?$/i, /^https:\/\/fhir\.epic\.com\//],
  departures: {
    discoveryHeaders: documented(
      'A client id may have endpoints of its own; without the header the CapabilityStatement may name the wrong ones.',
      'epic-oauth2',
    ),
    issuerAliases: documented(
      'ID tokens are issued by <base>/oauth2, before May 2020 by <base>/oauth2/token.',
      'epic-oauth2',
      'epic-tutorial',
    ),
    idTokenAlgorithms: documented('ID tokens are signed with RS256 only.', 'epic-oauth2'),
    authorizeMethod: documented(
      'An EHR launch may be sent by POST (since November 2020), which is advised because launch tokens can be long JWTs; standalone launches are GET only.',
      'epic-oauth2',
    ),
  },
  facts: [
    documented(
      'The granted scopes come from the APIs ticked on the app’s page; they may be more than was asked for, repeated in another case, or of the old form "Patient.read".',
      'epic-oauth2',
      'epic-tutorial',
    ),
    documented(
      'need_patient_banner comes as the text "false"; state is repeated in the token response; sites may add any member.',
      'epic-tutorial',
    ),
    documented(
      'A refresh token is issued to confidential clients that are marked for persistent access, and never to public ones.',
      'epic-oauth2',
      'yourphr-408',
    ),
    documented(
      'Basic credentials are to be form-encoded; a user succeeded only with raw ones. Where invalid_client comes back for a right secret, override basicEncoding with raw.',
      'epic-oauth2',
      'fhir-community-4312',
    ),
    documented(
      'A client assertion lives five minutes at most; ES256 and ES384 need a JWKS URL.',
      'epic-oauth2',
    ),
    reported(
      'Sandbox apps take about an hour to be known, production ones up to two days.',
      'epic-registration',
      'mere-docs',
    ),
  ],
  registration: [
    'At fhir.epic.com; a production and a non-production client id.',
    'Confidential client, persistent access, the JWKS address as a URL.',
    'Tick every API that a scope stands for: they decide what is granted.',
    'SMART version R4, so that fhirUser is issued.',
    'A secret of its own for each customer and environment, where a secret is used.',
  ],
  unknown: ['what reuse of a refresh token does', 'token revocation', 'paging on other hosts'],
}
