import { BrokerError } from '#core/errors.ts'
import type { EventLog } from '#core/event-log.ts'
import type { Metrics } from '#core/metrics.ts'
import type { Registry, SignOnConnection } from '#core/registry/registry.ts'
import type { SamlScheme } from '#core/registry/sign-on-scheme.ts'
import type { Clock } from '#core/time.ts'

export interface SamlConnection {
  readonly connection: SignOnConnection
  readonly scheme: SamlScheme
}

export interface FindSamlConnectionDeps {
  readonly registry: Registry
  readonly log: EventLog
  readonly metrics: Metrics
  readonly now: Clock
}

/**
 * The SAML connection of an address. Provider metadata that is past its time still counts, since a
 * sign-on that stops is worse than a key that is late; but it is said each time (SA-15).
 *
 * @throws BrokerError `saml_connection_unknown`
 */
export async function findSamlConnection(
  id: string,
  { registry, log, metrics, now }: FindSamlConnectionDeps,
): Promise<SamlConnection> {
  const connection = await registry.findSignOnConnection(id)
  const scheme = connection?.signOn
  if (!connection || scheme?.scheme !== 'saml') throw new BrokerError('saml_connection_unknown')

  const { metadataValidUntil } = scheme.idp
  if (metadataValidUntil !== undefined && Date.parse(metadataValidUntil) <= now() * 1000) {
    log.warn('saml_metadata_expired', { connection: id, app: connection.app })
    metrics.add({ name: 'SamlWeaknesses', connection: id, reason: 'metadata_expired' })
  }
  return { connection, scheme }
}
