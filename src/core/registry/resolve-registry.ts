import {
  type AuthorizationServerMetadata,
  type DiscoverableConnection,
  ENDPOINTS,
} from '#core/discovery/authorization-server.ts'
import { BrokerError } from '#core/errors.ts'
import { assertionAudience } from '#core/oauth/assertion-audience.ts'
import { checkAssertionKeys, signingRegistrations } from './check-assertion-keys.ts'
import { checkDiscovered, type DiscoveredConnection } from './check-discovered.ts'
import { asWritten, type ClientAtServer, checkRedirectUris } from './check-redirect-uris.ts'
import { checkSecrets, type HasSecret } from './check-secrets.ts'
import { clientConnections, type FileConnection, reachesEhr } from './ehr-connections.ts'
import { normalIssuer } from './normal-issuer.ts'
import { type Problem, placed } from './problem.ts'
import { isOidcConnection } from './provider-connection.ts'
import type { Connection, SignOnConnection } from './registry.ts'
import type { RegistryContents } from './registry-contents.ts'
import type { RegistryFile } from './registry-file.ts'
import type { OidcScheme } from './sign-on-scheme.ts'

/** How many EHRs are asked at once. */
const DISCOVERIES_AT_ONCE = 8

/** Finds where an EHR's endpoints are. Throws a `BrokerError` when it does not say. */
export type Discover = (connection: DiscoverableConnection) => Promise<AuthorizationServerMetadata>

/** The world that a file is held to. */
export interface ResolveRegistryDeps {
  readonly discover: Discover
  readonly hasSecret: HasSecret
  /** What the stack has keys for, to sign client assertions; absent where that is not known. */
  readonly assertionAlgorithms?: readonly string[]
}

export type ResolvedRegistry =
  | { readonly contents: RegistryContents }
  | { readonly problems: readonly Problem[] }

/**
 * What a checked file makes of the registry: asks each EHR once where its endpoints are, unless the
 * file says so, and pins their hosts. There are no contents when any EHR cannot be asked, or a secret
 * is not there.
 */
export async function resolveRegistry(
  file: RegistryFile,
  { discover, hasSecret, assertionAlgorithms }: ResolveRegistryDeps,
): Promise<ResolvedRegistry> {
  const clientIds = new Map(file.registrations.map(({ id, clientId }) => [id, clientId]))
  const signing = signingRegistrations(file)
  const discovered = new Map<string, DiscoveredConnection>()
  const problems: Problem[] = []

  const toDiscover = clientConnections(file).filter(
    ({ value }) => value.endpointHosts === undefined,
  )
  for (let start = 0; start < toDiscover.length; start += DISCOVERIES_AT_ONCE) {
    const batch = toDiscover.slice(start, start + DISCOVERIES_AT_ONCE)
    const answers = await Promise.all(
      batch.map(({ value }) =>
        ask({ ...value, clientId: clientIds.get(value.registration) ?? '' }, discover),
      ),
    )
    for (const [index, { path, addressPath, value }] of batch.entries()) {
      const { fhirBaseUrl, registration } = value
      const clientId = clientIds.get(registration) ?? ''
      const metadata = answers[index]
      if (metadata instanceof BrokerError)
        problems.push(notDiscovered(addressPath, value.id, metadata))
      else if (metadata) {
        const audience = signing.has(registration)
          ? assertionAudience(value, metadata.token_endpoint)
          : undefined
        const found = { path, addressPath, fhirBaseUrl, registration, clientId, metadata }
        discovered.set(path, { ...found, audience })
      }
    }
  }

  problems.push(...checkDiscovered([...discovered.values()]))
  // While one of two servers is not what it says, it is to be removed, and not to be told apart.
  if (problems.length === 0) {
    problems.push(...checkRedirectUris(file, clientsAtServers(file, discovered)))
  }
  problems.unshift(
    ...(await checkSecrets(file, hasSecret)),
    ...checkAssertionKeys(file, assertionAlgorithms),
  )
  if (problems.length > 0) return { problems }

  return { contents: toContents(file, discovered) }
}

function toContents(
  { organizations, apps, registrations, connections }: RegistryFile,
  discovered: ReadonlyMap<string, DiscoveredConnection>,
): RegistryContents {
  return {
    organizations,
    apps,
    registrations,
    connections: placed('connections', connections).map(
      ({ path, value }): Connection | SignOnConnection => {
        const hosts = (at: string, known: readonly string[] | undefined) => {
          const metadata = discovered.get(at)?.metadata
          return known ?? (metadata ? endpointHosts(metadata) : [])
        }
        const connection = isOidcConnection(value)
          ? withProviderHosts(value, hosts(`${path}.signOn.idp`, value.signOn.idp.endpointHosts))
          : value
        if (!reachesEhr(connection)) return connection
        return {
          ...connection,
          issuer: normalIssuer(connection.fhirBaseUrl) ?? connection.fhirBaseUrl,
          endpointHosts: hosts(path, connection.endpointHosts),
        }
      },
    ),
  }
}

function withProviderHosts<Of extends FileConnection & { readonly signOn: OidcScheme }>(
  connection: Of,
  endpointHosts: readonly string[],
): Of {
  const { signOn } = connection
  return { ...connection, signOn: { ...signOn, idp: { ...signOn.idp, endpointHosts } } }
}

/** Each connection's client, with all that the file and discovery say of its server. */
function clientsAtServers(
  file: RegistryFile,
  discovered: ReadonlyMap<string, DiscoveredConnection>,
): readonly ClientAtServer[] {
  return clientConnections(file).map((connection) => {
    const written = asWritten(connection)
    const metadata = discovered.get(connection.path)?.metadata
    if (!metadata) return written
    const { issuer, authorization_endpoint, token_endpoint } = metadata
    return {
      ...written,
      names: [...written.names, issuer, authorization_endpoint, token_endpoint],
      hosts: endpointHosts(metadata),
      isDiscovered: true,
    }
  })
}

function endpointHosts(metadata: AuthorizationServerMetadata): readonly string[] {
  const endpoints = ENDPOINTS.flatMap((name) => metadata[name] ?? [])
  return [...new Set(endpoints.map((endpoint) => new URL(endpoint).host))].sort()
}

/** What the EHR answered, or why it did not. */
async function ask(
  connection: DiscoverableConnection,
  discover: Discover,
): Promise<AuthorizationServerMetadata | BrokerError> {
  try {
    return await discover(connection)
  } catch (error) {
    if (error instanceof BrokerError) return error
    throw error
  }
}

function notDiscovered(addressPath: string, id: string, { code, detail }: BrokerError): Problem {
  const why = [detail.reason ?? code, detail.parameter].filter((part) => part !== undefined)
  return {
    path: addressPath,
    message: `The EHR of "${id}" did not say where its endpoints are (${why.join(', ')}). Correct the address and try again, or give authorizationServer, or endpointHosts, in the file.`,
  }
}
