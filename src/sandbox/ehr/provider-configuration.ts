import { type Configuration, errors } from 'oidc-provider'
import { clientMetadata, type SandboxClient } from './clients.ts'
import { askConsentAtEachLaunch } from './consent-policy.ts'
import type { Chart } from './data/chart.ts'
import { CHARTS } from './data/charts.ts'
import { CLINICIANS, clinicianName } from './data/clinicians.ts'
import type { EhrMemory } from './ehr-memory.ts'
import type { Guise } from './guises/guise.ts'
import { keptAdapter } from './kept-adapter.ts'
import type { LaunchContext, Launches } from './launches.ts'
import { errorPage } from './pages.ts'
import { SUPPORTED_SCOPES } from './scopes.ts'

export interface AuthorizationServerOptions {
  readonly issuer: string
  readonly fhirBaseUrl: string
  readonly clients: readonly SandboxClient[]
  readonly launches: Launches
  readonly memory: EhrMemory
  readonly accessTokenSeconds: number
  /** The vendor whose ways it takes on. */
  readonly guise: Guise
}

const HOUR = 3_600

/**
 * How oidc-provider becomes an EHR's authorization server. All that has a default which is not fit
 * for SMART, or which oidc-provider warns of on the console, is set.
 */
export function providerConfiguration({
  issuer,
  fhirBaseUrl,
  clients,
  launches,
  accessTokenSeconds,
  memory,
  guise,
}: AuthorizationServerOptions): Configuration {
  return {
    adapter: keptAdapter(memory.entries),
    clients: clients.map(clientMetadata),
    jwks: { keys: [memory.signingKey] },
    scopes: [...SUPPORTED_SCOPES],
    claims: { openid: ['sub'], fhirUser: ['fhirUser'], profile: ['name'] },
    conformIdTokenClaims: false,
    clientAuthMethods: ['none', 'client_secret_basic', 'client_secret_post', 'private_key_jwt'],
    enabledJWA: {
      clientAuthSigningAlgValues: ['RS384', 'ES384'],
      idTokenSigningAlgValues: ['RS256'],
    },
    responseTypes: ['code'],
    pkce: { required: () => guise.authorization?.pkce === undefined },
    rotateRefreshToken: !guise.refresh?.keepsToken,
    issueRefreshToken: async (_ctx, client, { scopes }) =>
      !guise.refresh?.none &&
      client.grantTypeAllowed('refresh_token') &&
      (scopes.has('offline_access') || scopes.has('online_access')),
    expiresWithSession: async () => false,
    // A second after its end a token is dead: apps are to be tried against that, not against mercy.
    clockTolerance: 0,
    ttl: {
      AccessToken: accessTokenSeconds,
      AuthorizationCode: 60,
      IdToken: HOUR,
      RefreshToken: 24 * HOUR,
      Grant: 24 * HOUR,
      Interaction: HOUR,
      Session: 24 * HOUR,
    },
    cookies: { keys: [memory.cookieKey] },
    features: {
      devInteractions: { enabled: false },
      dPoP: { enabled: false },
      pushedAuthorizationRequests: { enabled: false },
      resourceIndicators: { enabled: false },
      rpInitiatedLogout: { enabled: false },
      introspection: {
        enabled: true,
        allowedPolicy: (_ctx, client, token) => token.clientId === client.clientId,
      },
      revocation: {
        enabled: true,
        allowedPolicy: (_ctx, client, token) => token.clientId === client.clientId,
      },
    },
    extraParams: {
      aud: (_ctx, aud) => {
        if (aud?.replace(/\/$/, '') !== fhirBaseUrl) {
          throw new errors.InvalidRequest('aud must be the FHIR base URL')
        }
      },
      launch: (_ctx, handle) => {
        if (!handle || !launches.take(handle)) {
          throw new errors.InvalidRequest('launch is missing, expired, or was already used')
        }
      },
    },
    extraTokenClaims: (_ctx, token) =>
      'grantId' in token ? smartContext(memory.contexts.get(`${token.grantId}`)) : undefined,
    findAccount: (_ctx, id) => {
      const clinician = CLINICIANS.find((known) => known.id === id)
      const chart = CHARTS.find((known) => known.id === id)
      const claims = clinician
        ? { fhirUser: `${fhirBaseUrl}/Practitioner/${id}`, name: clinicianName(clinician) }
        : chart && { fhirUser: `${fhirBaseUrl}/Patient/${id}`, name: chartName(chart) }
      return claims && { accountId: id, claims: () => ({ sub: id, ...claims }) }
    },
    interactions: {
      policy: [askConsentAtEachLaunch()],
      url: (_ctx, { uid }) => `${new URL(issuer).pathname}/consent/${uid}`,
    },
    clientBasedCORS: () => false,
    // Without the guard against loopback addresses, which is where clients of a sandbox are.
    fetch: (url, { headers = {}, signal = null } = {}) => fetch(url, { headers, signal }),
    renderError: async (ctx, { error, error_description: description }) => {
      const response = errorPage(description ?? error)
      ctx.type = 'html'
      ctx.body = await response.text()
    },
  }
}

/** What a patient is called. */
function chartName({ given, family }: Chart): string {
  return `${given[0]} ${family}`
}

/** The launch context by its wire names. */
export function smartContext(context: LaunchContext | undefined) {
  return (
    context && {
      patient: context.patient,
      encounter: context.encounter,
      need_patient_banner: true,
    }
  )
}
