import { clientConnections, type FileEhrConnection } from './ehr-connections.ts'
import { normalIssuer } from './normal-issuer.ts'
import { type Problem, placed } from './problem.ts'
import type { RegistryFile } from './registry-file.ts'

/** A connection, and what is known of the authorization server that its client is at. */
export interface ClientAtServer {
  /** Of the connection in the file. */
  readonly path: string
  readonly registration: string
  /** Names that no two servers have: its endpoints, its issuer, the FHIR base that names it. */
  readonly names: readonly string[]
  /** The hosts it may be on, where that is all that is known. */
  readonly hosts: readonly string[]
  readonly isDiscovered: boolean
}

/** What a file alone says of {@link checkRedirectUris}. */
export function checkFileRedirectUris(file: RegistryFile): readonly Problem[] {
  return checkRedirectUris(file, clientConnections(file).map(asWritten))
}

/**
 * Where clients of two apps are at one authorization server, each needs a redirect URI of its own:
 * at a common one, an answer that was meant for the one app's client looks like the other's.
 *
 * @see [OAuth security topics update §2.2](https://datatracker.ietf.org/doc/draft-ietf-oauth-security-topics-update/)
 */
export function checkRedirectUris(
  { registrations }: RegistryFile,
  clients: readonly ClientAtServer[],
): readonly Problem[] {
  const owners = new Map(registrations.map(({ id, app }) => [id, app]))
  return placed('registrations', registrations).flatMap(
    ({ path, value: { id, app, ...value } }) => {
      if (value.ownRedirectUri) return []
      const own = clients.filter(({ registration }) => registration === id)
      const others = clients.filter(({ registration }) => (owners.get(registration) ?? app) !== app)
      for (const one of own) {
        const other = others.find((candidate) => mayShareServer(one, candidate))
        if (!other) continue
        const message = `The app "${owners.get(other.registration)}" has a client at the authorization server of this one (${other.path}, ${one.path}). Set ownRedirectUri to true, and have the vendor register <API base>/redirect/${id}.`
        return [{ path: `${path}.ownRedirectUri`, message }]
      }
      return []
    },
  )
}

/** What the file says of a connection's authorization server. */
export function asWritten({
  path,
  value: { registration, fhirBaseUrl, endpointHosts },
}: {
  readonly path: string
  readonly value: FileEhrConnection
}): ClientAtServer {
  const host = URL.parse(fhirBaseUrl)?.host ?? ''
  return {
    path,
    registration,
    names: [normalIssuer(fhirBaseUrl) ?? fhirBaseUrl],
    hosts: endpointHosts ? [host, ...endpointHosts] : [],
    isDiscovered: false,
  }
}

function mayShareServer(one: ClientAtServer, other: ClientAtServer): boolean {
  if (one.names.some((name) => other.names.includes(name))) return true
  if (one.isDiscovered && other.isDiscovered) return false
  return one.hosts.some((host) => other.hosts.includes(host))
}
