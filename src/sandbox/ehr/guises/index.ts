import type { Guise, TokenBody } from './guise.ts'

const WILDCARD = /\/\*\./
const V1_READ = /\.read$/
const V2 = /^(patient|user|system)\/.*\.c?r?u?d?s?$/

const without = (body: TokenBody, ...names: readonly string[]): TokenBody =>
  Object.fromEntries(Object.entries(body).filter(([name]) => !names.includes(name)))

/** What servers that know nothing of SMART have in common. */
const PROVIDER: Guise = {
  discovery: { smartConfiguration: 'none', metadata: 'closed' },
  authorization: { audience: 'absent', standalone: 'clinician' },
  token: { context: 'none' },
}

/** The guises that the sandbox takes on: `npm start -- --vendor <name>`. */
export const GUISES: Readonly<Record<string, Guise>> = {
  smart: { authorization: { standalone: 'patient' } },
  oidc: PROVIDER,
  oauth2: {
    ...PROVIDER,
    discovery: { ...PROVIDER.discovery, openidConfiguration: 'none' },
    idToken: { none: true },
  },
  epic: {
    discovery: { needsHeader: 'epic-client-id', capabilities: ['authorize-post'] },
    client: { clientIdInBody: 'refused' },
    token: {
      accessTokenSeconds: 3_240,
      answer: (body, isRefresh) => ({
        ...without(body, ...(isRefresh ? ['refresh_token'] : [])),
        token_type: 'bearer',
        scope: `${body['scope']} patient/Immunization.Read patient/Immunization.read `,
        need_patient_banner: 'false',
        '__epic.dstu2.patient': 'TnOZ.elPXC6zcBNFMcFA7A5KZbYxo2.4T-LylRk4GoW4B',
        state: 'repeated',
        smart_style_url: 'https://styles.example/epic.json',
      }),
      error: (body) => ({ body: { ...body, error_description: null } }),
    },
    refresh: { keepsToken: true },
  },
  'oracle-health': {
    discovery: { omits: ['jwks_uri'], openidConfiguration: 'token-issuer' },
    authorization: { refusesScope: WILDCARD },
    client: { rawBasic: true },
    idToken: { issuer: '{issuer}/oidc/idsps/42/' },
    token: {
      accessTokenSeconds: 570,
      answer: (body, isRefresh) => (isRefresh ? without(body, 'refresh_token') : body),
      error: (body) => ({
        body: {
          error: body['error'],
          error_uri:
            'https://authorization.example/errors/urn%3Acerner%3Aerror%3Acode-invalid-or-expired',
        },
      }),
    },
    refresh: { keepsToken: true },
  },
  athenahealth: {
    authorization: { refusesScope: WILDCARD },
    token: { answer: (body) => ({ ...body, ah_practice: 'a-1.Practice-80000' }) },
    refresh: { requires: ['scope'] },
    fhir: { requiresQuery: { name: 'ah-practice', value: 'Organization/a-1.Practice-80000' } },
  },
  'athena-flex': {
    discovery: { smartConfiguration: 'none', metadata: 'closed' },
    authorization: { requires: { response_type: 'code id_token', response_mode: 'form_post' } },
    token: {
      error: (body) => ({ status: 500, body: { expires_in: 0, error: body['error'] } }),
    },
    refresh: { requires: ['redirect_uri'] },
  },
  meditech: { discovery: { smartConfiguration: '/' } },
  eclinicalworks: {
    authorization: { audience: 'without-slash', refusesScope: WILDCARD, standalone: 'patient' },
    token: { context: 'none' },
  },
  nextgen: {
    authorization: { audience: 'absent', pkce: 'optional' },
    idToken: { issuer: '{fhir_base}' },
    discovery: { omits: ['token_endpoint_auth_methods_supported'] },
  },
  'nextgen-office': {
    authorization: { audience: 'any', query: 'aud=https%3A%2F%2Fpublished.example%2Ffhir' },
  },
  veradigm: { discovery: { extraSlash: true } },
  'veradigm-dstu2': {
    discovery: { smartConfiguration: 'none', extraSlash: true },
    authorization: { pkce: 'refused', refusesScope: /^(fhirUser|offline_access)$/ },
    token: { accessTokenSeconds: 1_200, context: { claim: 'local_patient_id' } },
    refresh: { none: true },
    fhir: { accept: 'application/json+fhir' },
  },
  modmed: {
    authorization: { refusesScope: WILDCARD, dropsScope: V1_READ },
    idToken: { issuer: 'https://sso.ema.md/auth/realms/fhir' },
  },
  canvas: { discovery: { metadata: 'closed', openidConfiguration: 'none' } },
  elation: { discovery: { smartConfiguration: 'closed', metadata: 'closed' } },
  medplum: {},
  openemr: { client: { clientIdInBody: 'required' } },
  '1uphealth': { discovery: { smartConfiguration: 'closed', openidConfiguration: 'none' } },
  'azure-health-data': {
    authorization: { pkce: 'optional' },
    token: {
      answer: (body, isRefresh) => ({
        ...body,
        client_id: 'repeated',
        ...(isRefresh && {
          scope: `${body['scope']}`.replace(
            /\b(patient|user)\/(\S+)/g,
            'https://fhir.example/$1$$$2',
          ),
        }),
      }),
    },
  },
  'google-healthcare': { authorization: { refusesScope: V2 } },
  'aws-healthlake': { authorization: { refusesScope: V2 } },
  'cms-bluebutton': {
    authorization: {
      minStateLength: 16,
      refusesScope: /^(fhirUser|offline_access)$/,
      standalone: 'patient',
    },
    token: {
      context: 'on-refresh',
      answer: (body) => ({
        ...body,
        expires_in: 16_768.523842,
        access_grant_expiration: new Date(Date.now() + 86_400_000).toISOString().replace('T', ' '),
      }),
      error: (body) => ({ body: { status_code: 400, error: body['error'] } }),
    },
  },
  'va-lighthouse': {
    authorization: {
      audience: 'absent',
      refusesScope: /\/\*\.|^fhirUser$/,
      standalone: 'clinician',
    },
    client: { clientIdInBody: 'required' },
    refresh: { requires: ['scope'] },
  },
  aetna: {
    discovery: {
      smartConfiguration: '/fhir',
      metadata: 'closed',
      omits: ['issuer', 'jwks_uri', 'authorization_response_iss_parameter_supported'],
      openidConfiguration: 'none',
    },
    authorization: { refusesScope: /^offline_access$/ },
    refresh: { none: true },
  },
  'smart-launcher': {
    discovery: { omits: ['revocation_endpoint'] },
    idToken: { fhirUser: 'relative' },
    token: { error: (body) => ({ status: 403, body }) },
  },
  keycloak: {
    ...PROVIDER,
    client: { clientIdInBody: 'required' },
    token: {
      context: { claim: 'patient_id' },
      answer: (body) => ({
        ...body,
        refresh_expires_in: 0,
        'not-before-policy': 0,
        session_state: 's',
      }),
    },
  },
  okta: {
    ...PROVIDER,
    token: { answer: (body) => ({ ...body, patient: `Patient/${body['patient']}` }) },
  },
  auth0: {
    ...PROVIDER,
    authorization: { ...PROVIDER.authorization, audience: 'any', audienceParameter: 'audience' },
  },
  entra: {
    ...PROVIDER,
    token: {
      context: 'none',
      answer: (body) => ({ ...body, expires_in: `${body['expires_in']}`, ext_expires_in: '0' }),
    },
  },
  google: {
    ...PROVIDER,
    authorization: {
      ...PROVIDER.authorization,
      requires: { access_type: 'offline', prompt: 'consent' },
      refusesScope: /^offline_access$/,
    },
    refresh: { keepsToken: true },
  },
}
