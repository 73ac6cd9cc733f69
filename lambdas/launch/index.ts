import { DynamoDBClient } from '@aws-sdk/client-dynamodb'
import { EventBridgeClient } from '@aws-sdk/client-eventbridge'
import { KMSClient } from '@aws-sdk/client-kms'
import { SecretsManagerClient } from '@aws-sdk/client-secrets-manager'
import { DynamoDBDocumentClient } from '@aws-sdk/lib-dynamodb'
import { awsClient } from '#adapters/aws-client.ts'
import { dynamodbOneTimeStore } from '#adapters/dynamodb/one-time-store.ts'
import { dynamodbRegistry } from '#adapters/dynamodb/registry.ts'
import { dynamodbReplayStore } from '#adapters/dynamodb/replay-store.ts'
import { dynamodbSessionStore } from '#adapters/dynamodb/session-store.ts'
import { createEgress } from '#adapters/egress/egress.ts'
import { readEnvironment, readSigningKeys, readUpstreams } from '#adapters/environment.ts'
import { eventBridgeBus } from '#adapters/eventbridge/event-bus.ts'
import { kmsSigner } from '#adapters/kms/signer.ts'
import { powertoolsEventLog } from '#adapters/powertools/event-log.ts'
import { powertoolsMetrics } from '#adapters/powertools/metrics.ts'
import { secretsManagerReader } from '#adapters/secrets/secret-reader.ts'
import { LAUNCH_ENVIRONMENT } from '#contract/environment.ts'
import { cachedDiscovery } from '#core/discovery/cached-discovery.ts'
import { brokerEvents } from '#core/events/broker-events.ts'
import { providerKeys } from '#core/logout/provider-keys.ts'
import { systemClock } from '#core/time.ts'
import { httpHandler } from '#http/http-handler.ts'
import { errorPage } from '#http/pages/error-page.ts'
import { launchHandler } from './handler.ts'

const environment = readEnvironment(LAUNCH_ENVIRONMENT)
const documents = DynamoDBDocumentClient.from(new DynamoDBClient(awsClient('dynamodb')))
const kms = new KMSClient(awsClient('kms'))
const egress = createEgress({ upstreams: readUpstreams(environment.UPSTREAMS) })
const log = powertoolsEventLog('launch')
const metrics = powertoolsMetrics()
const now = systemClock

export const handler = httpHandler(
  launchHandler({
    registry: dynamodbRegistry({ documents, tableName: environment.REGISTRY_TABLE_NAME, now }),
    discovery: cachedDiscovery({ egress, log, now }),
    launches: dynamodbOneTimeStore({
      documents,
      tableName: environment.LAUNCHES_TABLE_NAME,
      kind: 'launch',
      now,
    }),
    redirectUri: `${environment.PUBLIC_BASE_URL}/redirect`,
    egress,
    secrets: secretsManagerReader({
      client: new SecretsManagerClient(awsClient('secretsmanager')),
      prefix: environment.CLIENT_SECRETS_PREFIX,
      now,
    }),
    signers: readSigningKeys(environment.ASSERTIONS_KEYS).map((key) => kmsSigner({ kms, ...key })),
    links: {
      tickets: dynamodbOneTimeStore({
        documents,
        tableName: environment.LAUNCHES_TABLE_NAME,
        kind: 'ticket',
        now,
      }),
      replays: dynamodbReplayStore({ documents, tableName: environment.LAUNCHES_TABLE_NAME }),
      linkSecrets: secretsManagerReader({
        client: new SecretsManagerClient(awsClient('secretsmanager')),
        prefix: environment.LINK_SECRETS_PREFIX,
        now,
      }),
      keysAt: providerKeys(egress),
      createSession: dynamodbSessionStore({
        documents,
        tableName: environment.SESSIONS_TABLE_NAME,
      }).create,
      events: brokerEvents({
        bus: eventBridgeBus({
          client: new EventBridgeClient(awsClient('events')),
          busName: environment.EVENT_BUS_NAME,
        }),
        metrics,
        log,
        now,
      }),
      metrics,
      publicBaseUrl: environment.PUBLIC_BASE_URL,
    },
    log,
    now,
  }),
  log,
  errorPage,
)
