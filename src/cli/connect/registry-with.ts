import type { FhirVersion } from './find-ehr.ts'
import type { Proposal } from './propose-connection.ts'

interface Entry {
  readonly id: string
  readonly [member: string]: unknown
}

/** A registry file as it is written, defaults left out. */
export interface RegistryText {
  readonly $schema?: string
  readonly organizations: readonly { readonly slug: string; readonly name: string }[]
  readonly apps: readonly (Entry & { readonly name: string })[]
  readonly registrations: readonly Entry[]
  readonly connections: readonly Entry[]
}

/** What a file that is not there yet begins with. */
export const EMPTY_REGISTRY: RegistryText = {
  $schema: './registry.schema.json',
  organizations: [],
  apps: [],
  registrations: [],
  connections: [],
}

/** A connection to add, as the operator and the EHR describe it. */
export interface NewConnection {
  readonly organization: string
  readonly environment: 'Development' | 'Staging' | 'Production'
  readonly app: string
  /** Of an app that the file does not have yet. */
  readonly ssoUrl?: string
  readonly vendor: string
  readonly fhirBaseUrl: string
  readonly fhirVersion: FhirVersion
  readonly clientId: string
  readonly proposal: Pick<Proposal, 'method' | 'assertionAlgorithm' | 'scopes'>
}

export interface RegistryWith {
  readonly registry: RegistryText
  readonly connection: string
  readonly registration: string
  /** Of the client secret, where there is one. */
  readonly clientSecretRef?: string
  /** Of the new app's SSO secret, where the app is new. */
  readonly ssoSecretRef?: string
}

/** The registry file with a connection more, and whatever of organization and app it lacks. */
export function registryWith(
  registry: RegistryText,
  added: NewConnection,
  newId: () => string,
): RegistryWith {
  const { organization, app, environment, proposal } = added
  const registrationId = freeId(`${organization}-${app}`, registry.registrations)
  const connectionId = freeId(`${organization}-${environment.toLowerCase()}`, [
    ...registry.connections,
    ...registry.apps,
  ])
  const isNewApp = !registry.apps.some(({ id }) => id === app)
  const secretRef = `${organization}/${app}`
  const { method, assertionAlgorithm } = proposal
  const hasSecret = method === 'client_secret_basic' || method === 'client_secret_post'

  return {
    connection: connectionId,
    registration: registrationId,
    ...(hasSecret && { clientSecretRef: secretRef }),
    ...(isNewApp && { ssoSecretRef: app }),
    registry: {
      ...registry,
      organizations: registry.organizations.some(({ slug }) => slug === organization)
        ? registry.organizations
        : [...registry.organizations, { slug: organization, name: asName(organization) }],
      apps: isNewApp ? [...registry.apps, newApp(added, newId)] : registry.apps,
      registrations: [
        ...registry.registrations,
        {
          id: registrationId,
          app,
          clientId: added.clientId,
          authentication: hasSecret ? { method, secretRef } : { method },
        },
      ],
      connections: [
        ...registry.connections,
        {
          id: connectionId,
          organization,
          environment,
          app,
          registration: registrationId,
          source: { id: newId(), name: `${asName(organization)} EHR` },
          fhirBaseUrl: added.fhirBaseUrl,
          fhirVersion: added.fhirVersion,
          ...(added.vendor !== 'smart' && { vendor: added.vendor }),
          ...(assertionAlgorithm && { vendorOverrides: { assertionAlgorithm } }),
          scopes: proposal.scopes,
        },
      ],
    },
  }
}

function newApp({ app, ssoUrl = '' }: NewConnection, newId: () => string) {
  return {
    id: app,
    name: asName(app),
    ssoDestination: {
      id: newId(),
      name: `${asName(app)} sign-on`,
      url: ssoUrl,
      redirectOrigins: [URL.parse(ssoUrl)?.origin ?? ''],
      secretRef: app,
    },
  }
}

function freeId(wanted: string, taken: readonly { readonly id: string }[]): string {
  const ids = taken.map(({ id }) => id)
  let id = wanted
  for (let count = 2; ids.includes(id); count++) id = `${wanted}-${count}`
  return id
}

/** `mercy-clinics` is called Mercy Clinics until somebody says otherwise. */
function asName(id: string): string {
  return id.replace(/(^|[-_])([a-z])/g, (_, gap: string, letter: string) =>
    gap ? ` ${letter.toUpperCase()}` : letter.toUpperCase(),
  )
}
