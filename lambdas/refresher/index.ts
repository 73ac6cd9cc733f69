import { DynamoDBClient } from '@aws-sdk/client-dynamodb'
import { EventBridgeClient } from '@aws-sdk/client-eventbridge'
import { KMSClient } from '@aws-sdk/client-kms'
import { SecretsManagerClient } from '@aws-sdk/client-secrets-manager'
import { DynamoDBDocumentClient } from '@aws-sdk/lib-dynamodb'
import { AWS_CLIENT } from '#adapters/aws-client.ts'
import { dynamodbConnectionHealth } from '#adapters/dynamodb/connection-health.ts'
import { dynamodbDueSessions } from '#adapters/dynamodb/due-sessions.ts'
import { dynamodbEndingSessions } from '#adapters/dynamodb/ending-sessions.ts'
import { dynamodbRegistry } from '#adapters/dynamodb/registry.ts'
import { dynamodbRescueStore } from '#adapters/dynamodb/rescue-store.ts'
import { dynamodbSessionStore } from '#adapters/dynamodb/session-store.ts'
import { createEgress } from '#adapters/egress/egress.ts'
import { readEnvironment, readKeyArns, readUpstreams } from '#adapters/environment.ts'
import { eventBridgeBus } from '#adapters/eventbridge/event-bus.ts'
import { kmsSigner } from '#adapters/kms/signer.ts'
import { kmsTokenVault } from '#adapters/kms/token-vault.ts'
import { powertoolsEventLog } from '#adapters/powertools/event-log.ts'
import { powertoolsMetrics } from '#adapters/powertools/metrics.ts'
import { secretsManagerReader } from '#adapters/secrets/secret-reader.ts'
import { REFRESHER_ENVIRONMENT } from '#contract/environment.ts'
import { cachedDiscovery } from '#core/discovery/cached-discovery.ts'
import { brokerEvents } from '#core/events/broker-events.ts'
import { tellRenewals } from '#core/events/tell-renewals.ts'
import { systemClock } from '#core/time.ts'
import { accessTokens } from '#core/tokens/access-tokens.ts'
import { leaseObserver } from '#core/tokens/lease-observer.ts'
import { refreshGrant } from '#core/tokens/refresh-grant.ts'
import { revokeTokens } from '#core/tokens/revoke-tokens.ts'
import { refresherHandler } from './handler.ts'

const environment = readEnvironment(REFRESHER_ENVIRONMENT)
const documents = DynamoDBDocumentClient.from(new DynamoDBClient(AWS_CLIENT))
const kms = new KMSClient(AWS_CLIENT)
const log = powertoolsEventLog('refresher')
const metrics = powertoolsMetrics()
const now = systemClock
const sessionsTable = { documents, tableName: environment.SESSIONS_TABLE_NAME }
const sessions = dynamodbSessionStore(sessionsTable)
const vault = kmsTokenVault({ kms, keyArns: readKeyArns(environment.SEALING_KEY_ARNS) })
const rescue = dynamodbRescueStore({ documents, tableName: environment.LAUNCHES_TABLE_NAME, now })
const egress = createEgress({ upstreams: readUpstreams(environment.UPSTREAMS) })
const authentication = {
  secrets: secretsManagerReader({
    client: new SecretsManagerClient(AWS_CLIENT),
    prefix: environment.CLIENT_SECRETS_PREFIX,
    now,
  }),
  signer: kmsSigner({ kms, keyArn: environment.ASSERTIONS_KEY_ARN, alg: 'RS384' }),
  redirectUri: `${environment.PUBLIC_BASE_URL}/redirect`,
  now,
}
const monotonicMs = () => performance.now()
const registry = dynamodbRegistry({
  documents,
  tableName: environment.REGISTRY_TABLE_NAME,
  now,
})

export const handler = refresherHandler({
  due: dynamodbDueSessions(sessionsTable),
  sessions,
  tokens: accessTokens({
    sessions,
    registry,
    vault,
    refreshGrant: refreshGrant({ registry, egress, ...authentication, log }),
    rescue,
    observer: tellRenewals({
      events: brokerEvents({
        bus: eventBridgeBus({
          client: new EventBridgeClient(AWS_CLIENT),
          busName: environment.EVENT_BUS_NAME,
        }),
        metrics,
        log,
        now,
      }),
      health: dynamodbConnectionHealth({
        documents,
        tableName: environment.LAUNCHES_TABLE_NAME,
        now,
      }),
      registry,
      metrics,
      now,
    }),
    log,
    now,
  }),
  endings: dynamodbEndingSessions(sessionsTable),
  vault,
  rescue,
  revokeTokens: revokeTokens({
    registry,
    discovery: cachedDiscovery({ egress, log, now }),
    egress,
    ...authentication,
  }),
  leases: leaseObserver(monotonicMs),
  log,
  now,
  monotonicMs,
})
