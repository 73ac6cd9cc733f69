import { DynamoDBClient } from '@aws-sdk/client-dynamodb'
import { KMSClient } from '@aws-sdk/client-kms'
import { DynamoDBDocumentClient } from '@aws-sdk/lib-dynamodb'
import { awsClient } from '#adapters/aws-client.ts'
import { dynamodbConnectionHealth } from '#adapters/dynamodb/connection-health.ts'
import { dynamodbRegistry } from '#adapters/dynamodb/registry.ts'
import { dynamodbRescueStore } from '#adapters/dynamodb/rescue-store.ts'
import { dynamodbSessionStore } from '#adapters/dynamodb/session-store.ts'
import { createEgress } from '#adapters/egress/egress.ts'
import { readKeyArns, readSigningKeys, readUpstreams } from '#adapters/environment.ts'
import { kmsSigner } from '#adapters/kms/signer.ts'
import { kmsTokenVault } from '#adapters/kms/token-vault.ts'
import { onFirstUse } from '#adapters/on-first-use.ts'
import { powertoolsEventLog } from '#adapters/powertools/event-log.ts'
import { powertoolsMetrics } from '#adapters/powertools/metrics.ts'
import type { Environment, RENEWAL_ENVIRONMENT } from '#contract/environment.ts'
import { cachedDiscovery } from '#core/discovery/cached-discovery.ts'
import { brokerEvents } from '#core/events/broker-events.ts'
import { tellRenewals } from '#core/events/tell-renewals.ts'
import type { SecretReader } from '#core/registry/registry.ts'
import { grantOf } from '#core/system-access/client-credentials-grant.ts'
import { systemAccessTokens } from '#core/system-access/system-access-tokens.ts'
import { systemClock } from '#core/time.ts'
import { accessTokens } from '#core/tokens/access-tokens.ts'
import { refreshGrant } from '#core/tokens/refresh-grant.ts'
import { watchedVault } from '#core/tokens/vault-refusal.ts'

/**
 * What each function that holds the vault is wired with, in one way: the sessions, their tokens and
 * how those are renewed, and the way out. To be called once, at module load.
 *
 * @param name the function, as its log lines name it
 */
export function wireAccessTokens(
  name: string,
  environment: Environment<typeof RENEWAL_ENVIRONMENT>,
) {
  const now = systemClock
  const log = powertoolsEventLog(name)
  const metrics = powertoolsMetrics()
  const documents = DynamoDBDocumentClient.from(new DynamoDBClient(awsClient('dynamodb')))
  const kms = new KMSClient(awsClient('kms'))
  const egress = createEgress({ upstreams: readUpstreams(environment.UPSTREAMS) })
  const launchesTable = { documents, tableName: environment.LAUNCHES_TABLE_NAME, now }
  const sessionsTable = { documents, tableName: environment.SESSIONS_TABLE_NAME }
  const registry = dynamodbRegistry({ documents, tableName: environment.REGISTRY_TABLE_NAME, now })
  const sessions = dynamodbSessionStore(sessionsTable)
  const vault = watchedVault(
    kmsTokenVault({ kms, keyArns: readKeyArns(environment.SEALING_KEY_ARNS) }),
    { log, metrics },
  )
  const rescue = dynamodbRescueStore(launchesTable)
  const seldom = onFirstUse(async () => {
    const { renewalClients } = await import('./renewal-clients.ts')
    return renewalClients(environment, now)
  })
  const authentication = {
    secrets: {
      read: async (...asked) => (await seldom()).secrets.read(...asked),
    } satisfies SecretReader,
    signers: readSigningKeys(environment.ASSERTIONS_KEYS).map((key) => kmsSigner({ kms, ...key })),
    redirectUri: `${environment.PUBLIC_BASE_URL}/redirect`,
    now,
  }
  const events = brokerEvents({
    bus: { put: async (event) => (await seldom()).bus.put(event) },
    metrics,
    log,
    now,
  })
  const ofRows = accessTokens({
    sessions,
    registry,
    vault,
    refreshGrant: grantOf(refreshGrant({ registry, egress, ...authentication, log }), {
      registry,
      egress,
      ...authentication,
    }),
    rescue,
    observer: tellRenewals({
      events,
      health: dynamodbConnectionHealth(launchesTable),
      registry,
      metrics,
      now,
    }),
    log,
    now,
  })
  const discovery = cachedDiscovery({ egress, log, now })
  const tokens = systemAccessTokens({
    tokens: ofRows,
    sessions,
    vault,
    registry,
    discovery,
    now,
  })
  return {
    authentication,
    discovery,
    egress,
    events,
    kms,
    log,
    metrics,
    now,
    registry,
    rescue,
    sessions,
    sessionsTable,
    tokens,
    vault,
  }
}
