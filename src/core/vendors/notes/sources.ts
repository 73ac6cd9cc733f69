/** Where facts about vendors are from; vendors' files name them by key. Repositories are on GitHub. */
export const SOURCES = {
  'alvearie-45': 'https://github.com/Alvearie/keycloak-extensions-for-fhir/issues/45',
  'api-evangelist': 'https://github.com/api-evangelist',
  'athena-docs': 'https://docs.athenahealth.com/api/guides/authorization-overview',
  'athena-flex': 'https://github.com/athenahealth/apiserver-athenaFlex/issues',
  'auth0-rotation': 'https://auth0.com/docs/secure/tokens/refresh-tokens/refresh-token-rotation',
  'aws-healthlake':
    'https://docs.aws.amazon.com/healthlake/latest/devguide/reference-smart-on-fhir.html',
  'blue-button':
    'https://github.com/CMSgov/bluebutton-site-static/blob/master/src/content/api-documentation/authorization.mdx',
  'blue-button-1163': 'https://github.com/CMSgov/bluebutton-web-server/issues/1163',
  'cerner-authorization':
    'https://github.com/cerner/fhir.cerner.com/blob/main/content/authorization.md',
  'cerner-smart': 'https://github.com/cerner/fhir.cerner.com/blob/main/content/smart.md',
  'client-js-175': 'https://github.com/smart-on-fhir/client-js/issues/175',
  'client-py-112': 'https://github.com/smart-on-fhir/client-py/issues/112',
  cognito: 'https://docs.aws.amazon.com/cognito/latest/developerguide/token-endpoint.html',
  'doordoc-ecw': 'https://app2.doordoc.com/docs/standalone',
  'entra-95994': 'https://github.com/MicrosoftDocs/azure-docs/issues/95994',
  'epic-oauth2': 'https://fhir.epic.com/Documentation?docId=oauth2',
  'epic-tutorial': 'https://fhir.epic.com/Documentation?docId=oauth2tutorial',
  'epic-registration':
    'https://open.akhester.com/docs/smart-client/getting-started/epic-registration',
  'fasten-sources': 'https://github.com/fastenhealth/fasten-sources/tree/main/definitions/platform',
  'fhir-community-4312': 'https://community.fhir.org/t/invalid-client-error-from-epic/4312',
  'go-oidc-344': 'https://github.com/coreos/go-oidc/issues/344',
  'google-750': 'https://github.com/googleapis/google-api-nodejs-client/issues/750',
  'google-healthcare': 'https://cloud.google.com/healthcare-api/docs/smart-on-fhir',
  healix: 'https://cca.devdocs-h3727.healixcloud.net/auth-scopes.html',
  'keycloak-48063': 'https://github.com/keycloak/keycloak/issues/48063',
  'keycloak-9299': 'https://github.com/keycloak/keycloak/issues/9299',
  'lighthouse-proxy': 'https://github.com/department-of-veterans-affairs/lighthouse-oauth-proxy',
  'medblocks-ecw': 'https://medblocks.com/docs/ecw-integration-guide',
  medplum: 'https://www.medplum.com/docs/integration/smart-app-launch',
  mere: 'https://github.com/cfu288/mere-medical/tree/main/libs/fhir-oauth/src/lib',
  'mere-docs': 'https://github.com/cfu288/mere-medical/tree/main/apps/docs/docs/getting-started',
  'ms-fhir-server':
    'https://github.com/microsoft/fhir-server/blob/main/src/Microsoft.Health.Fhir.Api/Controllers/AadSmartOnFhirProxyController.cs',
  nango: 'https://github.com/NangoHQ/nango/blob/master/packages/providers/providers.yaml',
  'nextgen-docs': 'https://docs.intraconnects.com/docs/ehr-basics/nextgen/auth',
  'okta-60': 'https://github.com/oktadev/okta-smartfhir-demo/issues/60',
  'okta-docs-3': 'https://github.com/oktadev/okta-smartfhir-docs/issues/3',
  'okta-refresh': 'https://developer.okta.com/docs/guides/refresh-tokens',
  'openemr-7182': 'https://github.com/openemr/openemr/issues/7182',
  'openid-client-102': 'https://github.com/panva/openid-client/issues/102',
  'oracle-discovery':
    'https://docs.oracle.com/en/industries/health/millennium-platform-apis/mfrap/op-well-known-smart-configuration-get.html',
  'smart-launcher': 'https://github.com/smart-on-fhir/smart-launcher-v2',
  'smarterfhir-34': 'https://github.com/joshrliben/SMARTerFHIR/issues/34',
  'veradigm-docs':
    'https://developer.allscripts.com/content/fhir/content/Authentication_and_Authorization',
  yourphr: 'https://github.com/jwilleke/yourphr/tree/main/docs/vendors',
  'yourphr-338': 'https://github.com/jwilleke/yourphr/issues/338',
  'yourphr-408': 'https://github.com/jwilleke/yourphr/issues/408',
} as const satisfies Readonly<Record<string, string>>

export type SourceKey = keyof typeof SOURCES
