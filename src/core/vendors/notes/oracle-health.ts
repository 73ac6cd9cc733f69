import type { ORACLE_HEALTH } from '#core/vendors/oracle-health.ts'
import { documented, observed, reported, type VendorNotes } from './vendor-notes.ts'

export const ORACLE_HEALTH_NOTES: VendorNotes<typeof ORACLE_HEALTH> = {
  fhirBases: [
    /^https:\/\/fhir-(ehr|myrecord|open)[a-z-]*\.(sandbox)?cerner\.com\//,
    /\.cerner\.com\//,
  ],
  departures: {
    issuerAliases: documented(
      'The ID token’s issuer is …/tenants/<id>/oidc/idsps/<id>/, and not that of smart-configuration.',
      'cerner-authorization',
      'api-evangelist',
    ),
    idTokenKeys: observed(
      'openid-configuration exists only under the ID token’s own issuer; its other endpoints are no use.',
      'api-evangelist',
    ),
    idTokenAlgorithms: observed('ID tokens are signed with RS256.', 'api-evangelist'),
    scopeWildcards: documented('No wildcards: each resource is listed.', 'cerner-authorization'),
    clientAuthentication: documented(
      'Published methods are client_secret_basic and private_key_jwt; public clients send their id in the body.',
      'oracle-discovery',
      'cerner-authorization',
    ),
    basicEncoding: documented(
      'Basic credentials are id:secret as they are.',
      'cerner-authorization',
    ),
    refreshReuse: documented(
      'A refresh never brings a new refresh token: the first one is presented every time.',
      'cerner-authorization',
      'client-py-112',
    ),
  },
  facts: [
    documented(
      'aud is required, and the documented examples end with a slash; the launch’s iss is sent on byte for byte.',
      'cerner-authorization',
    ),
    documented(
      'Access tokens live 570 seconds; more than one refresh a minute may be throttled.',
      'cerner-authorization',
    ),
    documented(
      'Errors have error_uri and hardly ever error_description; the cause is a URN in that address.',
      'cerner-authorization',
    ),
    reported(
      'An app of SMART version 2 that asks for .read scopes does not get them, without an error.',
      'yourphr-338',
    ),
    observed(
      'A standalone launch of a patient brings no patient: fhirUser says who it is.',
      'mere',
    ),
    documented(
      'PowerChart embeds apps in frames and web views that share no cookies.',
      'cerner-smart',
    ),
  ],
  registration: [
    'At code.cerner.com; the FHIR host decides between provider and patient apps.',
    'Choose SMART version 1 or 2 as the scopes are written, and access type Offline for offline_access.',
    'Subscribe the app to the FHIR R4 product, else authorization ends in unknown-tenant.',
    'Changes take a quarter of an hour.',
  ],
  unknown: ['paging on other hosts'],
}
