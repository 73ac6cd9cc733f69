import type { SandboxClient, SandboxClientAuthentication } from './ehr/clients.ts'
import type { LaunchableApp } from './ehr/launcher.ts'
import type { SandboxEhr } from './ehr/start-sandbox-ehr.ts'
import { vendorEntry } from './vendor-entry.ts'

/** How the app's client proves itself at the sandbox's authorization server. */
export type AuthenticationMethod = SandboxClientAuthentication['method']

/** The names that the registry, the sandbox EHR and the demo app must agree on. */
export const HEARTLINE = {
  name: 'Heartline',
  /** `aud` of the SSO message's JWT. */
  destinationId: '3f0c8a52-7d1e-4b6f-9a35-2c1d8e7f4b60',
  /** The demo app's client at `/auth/token`. */
  apiClientId: 'heartline-server',
  /** Names of the secrets, to be set by `sallyport secret set`. */
  ssoSecretRef: 'heartline',
  clientSecretRef: 'heartline-sandbox',
} as const

/** As the launch picker shows it. */
const SANDBOX_HOSPITAL = {
  slug: 'sandbox',
  name: 'Sandbox Hospital',
  aliases: ['Demo Hospital'],
  locations: [
    { name: 'Main campus', city: 'Springfield', state: 'IL', postalCode: '62701' },
    { name: 'Northside clinic', city: 'Springfield', state: 'IL', postalCode: '62704' },
  ],
  logo: `data:image/svg+xml;base64,${Buffer.from(
    '<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 48 48"><rect width="48" height="48" rx="8" fill="#1d4380"/><path d="M20 10h8v10h10v8H28v10h-8V28H10v-8h10z" fill="#fff"/></svg>',
  ).toString('base64')}`,
} as const

const METHODS = ['none', 'client_secret_basic', 'client_secret_post', 'private_key_jwt'] as const
const APP = 'heartline'
const CONNECTION = 'sandbox-development'

/** The demo app's clients at the sandbox EHR, one for each way of authenticating. */
export function sandboxClients({
  brokerBase,
  clientSecret,
}: {
  readonly brokerBase: string
  readonly clientSecret: string
}): readonly SandboxClient[] {
  const authentications: readonly SandboxClientAuthentication[] = [
    { method: 'none' },
    { method: 'client_secret_basic', secret: clientSecret },
    { method: 'client_secret_post', secret: clientSecret },
    { method: 'private_key_jwt', jwksUri: `${brokerBase}/.well-known/jwks.json` },
  ]
  return authentications.map((authentication) => ({
    clientId: clientIdOf(authentication.method),
    clientName: HEARTLINE.name,
    redirectUris: [`${brokerBase}/redirect`],
    authentication,
  }))
}

/** Where a person chooses their organization. */
export function pickerUrl(brokerBase: string): string {
  return `${brokerBase}/launch/${APP}`
}

/** What the sandbox's launcher page offers. */
export function sandboxApps(brokerBase: string): readonly LaunchableApp[] {
  return [{ name: HEARTLINE.name, launchUrl: `${brokerBase}/launch/${CONNECTION}` }]
}

/**
 * The content of a registry file that connects the demo app to the sandbox EHR.
 *
 * @param authentication how the connection's client proves itself, all ways being registered; the
 *   vendor's own where left out
 * @param vendor whose guise the sandbox EHR has
 * @param scopes what the connection asks for; what the vendor's usually does where left out
 */
export function sandboxRegistry({
  ehr,
  appOrigin,
  authentication,
  vendor = 'smart',
  scopes,
}: {
  readonly ehr: Pick<SandboxEhr, 'fhirBaseUrl' | 'issuer'>
  readonly appOrigin: string
  readonly authentication?: AuthenticationMethod
  readonly vendor?: string
  readonly scopes?: readonly string[]
}) {
  const { method: usual, scopes: usualScopes, fields } = vendorEntry(vendor, ehr)
  return {
    organizations: [SANDBOX_HOSPITAL],
    apps: [
      {
        id: APP,
        name: HEARTLINE.name,
        ssoDestination: {
          id: HEARTLINE.destinationId,
          name: HEARTLINE.name,
          url: `${appOrigin}/sso`,
          errorUrl: `${appOrigin}/sso-error`,
          redirectOrigins: [appOrigin],
          secretRef: HEARTLINE.ssoSecretRef,
        },
        clients: [
          { clientId: HEARTLINE.apiClientId, jwksUri: `${appOrigin}/.well-known/jwks.json` },
        ],
      },
    ],
    registrations: METHODS.map((method) => ({
      id: registrationOf(method),
      app: APP,
      clientId: clientIdOf(method),
      authentication:
        method === 'client_secret_basic' || method === 'client_secret_post'
          ? { method, secretRef: HEARTLINE.clientSecretRef }
          : { method },
    })),
    connections: [
      {
        id: CONNECTION,
        organization: 'sandbox',
        environment: 'Development',
        app: APP,
        registration: registrationOf(authentication ?? usual),
        source: { id: 'b7a1d8f4-52c9-4e0b-8d36-91f0a4c2e7d5', name: 'Sandbox EHR' },
        fhirBaseUrl: ehr.fhirBaseUrl,
        fhirVersion: 'R4',
        vendor,
        scopes: scopes ?? usualScopes,
        ...fields,
      },
    ],
  }
}

function clientIdOf(method: AuthenticationMethod): string {
  return `heartline-at-sandbox-${method}`
}

function registrationOf(method: AuthenticationMethod): string {
  return `heartline-${method}`
}
