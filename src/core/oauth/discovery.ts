import type { AuthorizationServer } from 'oauth4webapi'
import type { Egress } from '#core/egress.ts'
import { BrokerError } from '#core/errors.ts'
import type { Connection } from '#core/registry/registry.ts'
import type { Clock } from '#core/time.ts'
import { timedCache } from '#core/timed-cache.ts'

/** Discovery's share of the 29 seconds that a launch has. */
const DISCOVERY_TIMEOUT_MS = 2_000

/** How long a document is used at least and at most, whatever its `Cache-Control` says. */
const FRESH_SECONDS = { least: 60, most: 3_600, unstated: 600 } as const

/** Far more EHRs than one instance meets; a bound all the same. */
const MAX_DOCUMENTS = 500

/** Signature algorithms that an ID token may have where the document does not list any. */
const ID_TOKEN_ALGORITHMS = ['RS256', 'RS384', 'ES256', 'ES384']

/** An authorization server as a launch needs it: both endpoints are there, and are absolute. */
export type AuthorizationServerMetadata = AuthorizationServer & {
  readonly authorization_endpoint: string
  readonly token_endpoint: string
}

interface Discovered {
  readonly metadata: AuthorizationServerMetadata
  /** Seconds for which the document is fresh. */
  readonly freshSeconds: number
}

/**
 * Reads `.well-known/smart-configuration` of a FHIR base URL.
 *
 * The well-known part is appended to the base's path (SM-08), relative endpoints are resolved
 * against the base (SM-10), and only a missing endpoint is fatal (SM-11).
 *
 * @throws BrokerError `discovery_failed`, its detail naming the parameter at fault
 * @see [SMART App Launch 2.2, conformance](https://hl7.org/fhir/smart-app-launch/conformance.html)
 */
export async function discoverAuthorizationServer(
  fhirBaseUrl: string,
  egress: Egress,
): Promise<AuthorizationServerMetadata> {
  return (await discover(fhirBaseUrl, egress)).metadata
}

/** Finds the authorization server of a connection. */
export type Discovery = (connection: Connection) => Promise<AuthorizationServerMetadata>

/**
 * Discovery with a memory: a document is read again when it is no longer fresh, and every endpoint
 * must be on a host that the registry has for the connection, so that a changed document cannot move
 * a login or a token elsewhere (RFC 9700 §4.9.1).
 */
export function cachedDiscovery({
  egress,
  now,
}: {
  readonly egress: Egress
  readonly now: Clock
}): Discovery {
  const documents = timedCache<Discovered>({
    now,
    lifetimeSeconds: ({ freshSeconds }) => freshSeconds,
    maxEntries: MAX_DOCUMENTS,
  })

  return async (connection) => {
    const { metadata } = await documents.read(connection.fhirBaseUrl, async () => {
      const read = await discover(connection.fhirBaseUrl, egress)
      onRegisteredHosts(read.metadata, connection)
      return read
    })
    // Again for a document that another connection's launch read: its hosts may be others.
    return onRegisteredHosts(metadata, connection)
  }
}

/** Hosts (`host[:port]`) that a connection's launch, tokens and keys may use. */
function registeredHosts({ fhirBaseUrl, endpointHosts }: Connection): readonly string[] {
  return [new URL(fhirBaseUrl).host, ...endpointHosts]
}

function onRegisteredHosts(
  metadata: AuthorizationServerMetadata,
  connection: Connection,
): AuthorizationServerMetadata {
  const hosts = registeredHosts(connection)
  for (const parameter of ['authorization_endpoint', 'token_endpoint', 'jwks_uri'] as const) {
    const endpoint = metadata[parameter]
    if (endpoint === undefined) continue
    const { host } = new URL(endpoint)
    if (!hosts.includes(host)) {
      throw new BrokerError('discovery_failed', {
        detail: { connection: connection.id, parameter, host, reason: 'endpoint_host_moved' },
      })
    }
  }
  const { revocation_endpoint: revocation, ...without } = metadata
  const isElsewhere = revocation !== undefined && !hosts.includes(new URL(revocation).host)
  return isElsewhere ? without : metadata
}

async function discover(fhirBaseUrl: string, egress: Egress): Promise<Discovered> {
  const base = fhirBaseUrl.replace(/\/$/, '')
  const { host } = new URL(base)

  const failed = (reason: string, parameter?: string, cause?: unknown) =>
    new BrokerError('discovery_failed', {
      cause,
      detail: { host, reason, ...(parameter && { parameter }) },
    })

  let response: Response
  let body: unknown
  try {
    response = await egress(
      `${base}/.well-known/smart-configuration`,
      { headers: { accept: 'application/json' } },
      { timeoutMs: DISCOVERY_TIMEOUT_MS, hosts: [host] },
    )
    body = response.status === 200 ? await response.json() : undefined
  } catch (error) {
    throw failed(error instanceof BrokerError ? error.code : 'not_json', undefined, error)
  }
  if (response.status !== 200) throw failed(`status_${response.status}`)
  if (!isObject(body)) throw failed('not_an_object')

  const endpoint = (parameter: string) => {
    const value = body[parameter]
    if (typeof value !== 'string') return undefined
    const resolved = URL.parse(value, `${base}/`)
    if (!resolved || resolved.hash || resolved.username) throw failed('not_a_url', parameter)
    return resolved.href
  }
  const required = (parameter: string) => {
    const value = endpoint(parameter)
    if (!value) throw failed('missing', parameter)
    return value
  }
  const jwksUri = endpoint('jwks_uri')
  // Launches do without it, so a wrong one is none.
  const revocationEndpoint = URL.parse(String(body['revocation_endpoint'] ?? ''), `${base}/`)

  return {
    freshSeconds: freshSeconds(response.headers.get('cache-control')),
    metadata: {
      // SMART names an issuer only where it signs people in; without one no ID token can be checked.
      issuer: typeof body['issuer'] === 'string' ? body['issuer'] : base,
      authorization_endpoint: required('authorization_endpoint'),
      token_endpoint: required('token_endpoint'),
      ...(jwksUri && { jwks_uri: jwksUri }),
      ...(body['revocation_endpoint'] !== undefined &&
        revocationEndpoint && { revocation_endpoint: revocationEndpoint.href }),
      ...(body['authorization_response_iss_parameter_supported'] === true && {
        authorization_response_iss_parameter_supported: true,
      }),
      id_token_signing_alg_values_supported: ID_TOKEN_ALGORITHMS,
    },
  }
}

function freshSeconds(cacheControl: string | null): number {
  const maxAge = /(?:^|[\s,])max-age=(\d+)/i.exec(cacheControl ?? '')?.[1]
  const stated = maxAge === undefined ? FRESH_SECONDS.unstated : Number(maxAge)
  return Math.min(Math.max(stated, FRESH_SECONDS.least), FRESH_SECONDS.most)
}

function isObject(value: unknown): value is Record<string, unknown> {
  return typeof value === 'object' && value !== null && !Array.isArray(value)
}
