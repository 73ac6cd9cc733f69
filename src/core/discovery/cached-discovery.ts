import type { Egress } from '#core/egress.ts'
import { BrokerError } from '#core/errors.ts'
import type { EventLog } from '#core/event-log.ts'
import type { Connection } from '#core/registry/registry.ts'
import type { Clock } from '#core/time.ts'
import { timedCache } from '#core/timed-cache.ts'
import {
  type AuthorizationServerMetadata,
  type Discovery,
  ENDPOINTS,
} from './authorization-server.ts'
import { type DiscoveredServer, discover } from './discover.ts'

/** How long what was read once may serve while the EHR does not answer. */
const STALE_SECONDS = 24 * 3_600

/** How soon an EHR that did not answer is asked again. */
const RETRY_SECONDS = 30

/** Far more EHRs than one instance meets; a bound all the same. */
const MAX_SERVERS = 500

/** Endpoints that a launch cannot do without, or must not take from elsewhere. */
const PINNED: readonly (typeof ENDPOINTS)[number][] = [
  'authorization_endpoint',
  'token_endpoint',
  'jwks_uri',
]

/**
 * Discovery with a memory: documents are read again when they are no longer fresh, and serve for a day
 * while the EHR is down. Every endpoint must be on a host that the registry has for the connection,
 * so that a changed document cannot move a login or a token elsewhere (RFC 9700 §4.9.1).
 */
export function cachedDiscovery({
  egress,
  log,
  now,
}: {
  readonly egress: Egress
  readonly log: EventLog
  readonly now: Clock
}): Discovery {
  const servers = timedCache<DiscoveredServer>({
    now,
    lifetimeSeconds: ({ freshSeconds }) => freshSeconds,
    maxEntries: MAX_SERVERS,
    stale: { seconds: STALE_SECONDS, retrySeconds: RETRY_SECONDS },
  })

  return async (connection, clientId) => {
    const { fhirBaseUrl, scopes, vendor, vendorOverrides, authorizationServer } = connection
    const key = JSON.stringify([
      fhirBaseUrl,
      scopes,
      vendor,
      vendorOverrides,
      authorizationServer,
      clientId,
    ])
    const { metadata } = await servers.read(
      key,
      async () => {
        const read = await discover(
          { ...connection, clientId },
          egress,
          registeredHosts(connection),
        )
        onRegisteredHosts(read.metadata, connection)
        return read
      },
      {
        onStale: (error) =>
          log.warn('discovery_stale', {
            connection: connection.id,
            reason: BrokerError.from(error).detail.reason ?? 'unforeseen',
          }),
      },
    )
    // Again for a server that was read when the registry had other hosts for it.
    return onRegisteredHosts(metadata, connection)
  }
}

/** Hosts (`host[:port]`) that a connection's launch, tokens and keys may use. */
function registeredHosts({ fhirBaseUrl, endpointHosts }: Connection): readonly string[] {
  return [new URL(fhirBaseUrl).host, ...endpointHosts]
}

/** Endpoints that a launch may do without are left out where they are elsewhere. */
function onRegisteredHosts(
  metadata: AuthorizationServerMetadata,
  connection: Connection,
): AuthorizationServerMetadata {
  const hosts = registeredHosts(connection)
  const elsewhere = ENDPOINTS.filter((parameter) => {
    const endpoint = metadata[parameter]
    return endpoint !== undefined && !hosts.includes(new URL(endpoint).host)
  })
  const moved = elsewhere.find((parameter) => PINNED.includes(parameter))
  if (moved) {
    throw new BrokerError('discovery_failed', {
      detail: {
        connection: connection.id,
        parameter: moved,
        host: new URL(metadata[moved] ?? '').host,
        reason: 'endpoint_host_moved',
      },
    })
  }
  return Object.fromEntries(
    Object.entries(metadata).filter(([name]) => !elsewhere.some((parameter) => parameter === name)),
  ) as AuthorizationServerMetadata
}
