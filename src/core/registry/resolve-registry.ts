import {
  type AuthorizationServerMetadata,
  type DiscoverableConnection,
  ENDPOINTS,
} from '#core/discovery/authorization-server.ts'
import { BrokerError } from '#core/errors.ts'
import { checkAssertionKeys } from './check-assertion-keys.ts'
import { checkDiscovered, type DiscoveredConnection } from './check-discovered.ts'
import { asWritten, type ClientAtServer, checkRedirectUris } from './check-redirect-uris.ts'
import { checkSecrets, type HasSecret } from './check-secrets.ts'
import { ehrConnections, reachesEhr } from './ehr-connections.ts'
import { normalIssuer } from './normal-issuer.ts'
import type { Problem } from './problem.ts'
import type { Connection, SignOnConnection } from './registry.ts'
import type { RegistryContents } from './registry-contents.ts'
import type { RegistryFile } from './registry-file.ts'

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
  const discovered = new Map<string, DiscoveredConnection>()
  const problems: Problem[] = []

  const toDiscover = ehrConnections(file).filter(({ value }) => value.endpointHosts === undefined)
  for (let start = 0; start < toDiscover.length; start += DISCOVERIES_AT_ONCE) {
    const batch = toDiscover.slice(start, start + DISCOVERIES_AT_ONCE)
    const answers = await Promise.all(
      batch.map(({ value }) =>
        ask({ ...value, clientId: clientIds.get(value.registration) ?? '' }, discover),
      ),
    )
    for (const [index, { path, value }] of batch.entries()) {
      const { id, fhirBaseUrl, registration } = value
      const clientId = clientIds.get(registration) ?? ''
      const metadata = answers[index]
      if (metadata instanceof BrokerError) problems.push(notDiscovered(path, id, metadata))
      else if (metadata) discovered.set(id, { path, fhirBaseUrl, registration, clientId, metadata })
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
    connections: connections.map((connection): Connection | SignOnConnection => {
      if (!reachesEhr(connection)) return connection
      const metadata = discovered.get(connection.id)?.metadata
      return {
        ...connection,
        issuer: normalIssuer(connection.fhirBaseUrl) ?? connection.fhirBaseUrl,
        endpointHosts: connection.endpointHosts ?? (metadata ? endpointHosts(metadata) : []),
      }
    }),
  }
}

/** Each connection's client, with all that the file and discovery say of its server. */
function clientsAtServers(
  file: RegistryFile,
  discovered: ReadonlyMap<string, DiscoveredConnection>,
): readonly ClientAtServer[] {
  return ehrConnections(file).map((connection) => {
    const written = asWritten(connection)
    const metadata = discovered.get(connection.value.id)?.metadata
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

function notDiscovered(path: string, id: string, { code, detail }: BrokerError): Problem {
  const why = [detail.reason ?? code, detail.parameter].filter((part) => part !== undefined)
  return {
    path: `${path}.fhirBaseUrl`,
    message: `The EHR of "${id}" did not say where its endpoints are (${why.join(', ')}). Correct the address and try again, or give authorizationServer, or endpointHosts, in the file.`,
  }
}
