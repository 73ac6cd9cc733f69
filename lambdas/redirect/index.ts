import { DynamoDBClient } from '@aws-sdk/client-dynamodb'
import { EventBridgeClient } from '@aws-sdk/client-eventbridge'
import { KMSClient } from '@aws-sdk/client-kms'
import { SecretsManagerClient } from '@aws-sdk/client-secrets-manager'
import { DynamoDBDocumentClient } from '@aws-sdk/lib-dynamodb'
import { awsClient } from '#adapters/aws-client.ts'
import { dynamodbOneTimeStore } from '#adapters/dynamodb/one-time-store.ts'
import { dynamodbRegistry } from '#adapters/dynamodb/registry.ts'
import { dynamodbSessionStore } from '#adapters/dynamodb/session-store.ts'
import { createEgress } from '#adapters/egress/egress.ts'
import {
  readEnvironment,
  readKeyArns,
  readSigningKeys,
  readUpstreams,
} from '#adapters/environment.ts'
import { eventBridgeBus } from '#adapters/eventbridge/event-bus.ts'
import { kmsSigner } from '#adapters/kms/signer.ts'
import { kmsTokenVault } from '#adapters/kms/token-vault.ts'
import { powertoolsEventLog } from '#adapters/powertools/event-log.ts'
import { powertoolsMetrics } from '#adapters/powertools/metrics.ts'
import { secretsManagerReader } from '#adapters/secrets/secret-reader.ts'
import { REDIRECT_ENVIRONMENT } from '#contract/environment.ts'
import { cachedDiscovery } from '#core/discovery/cached-discovery.ts'
import { brokerEvents } from '#core/events/broker-events.ts'
import { idTokenKeys } from '#core/redirect/id-token-keys.ts'
import { systemClock } from '#core/time.ts'
import { httpHandler } from '#http/http-handler.ts'
import { errorPage } from '#http/pages/error-page.ts'
import { redirectHandler } from './handler.ts'

const environment = readEnvironment(REDIRECT_ENVIRONMENT)
const documents = DynamoDBDocumentClient.from(new DynamoDBClient(awsClient('dynamodb')))
const kms = new KMSClient(awsClient('kms'))
const log = powertoolsEventLog('redirect')
const metrics = powertoolsMetrics()
const now = systemClock
const egress = createEgress({ upstreams: readUpstreams(environment.UPSTREAMS) })
const launchesTable = { documents, tableName: environment.LAUNCHES_TABLE_NAME, now }

export const handler = httpHandler(
  redirectHandler({
    launches: dynamodbOneTimeStore({ ...launchesTable, kind: 'launch' }),
    tickets: dynamodbOneTimeStore({ ...launchesTable, kind: 'ticket' }),
    registry: dynamodbRegistry({ documents, tableName: environment.REGISTRY_TABLE_NAME, now }),
    sessions: dynamodbSessionStore({ documents, tableName: environment.SESSIONS_TABLE_NAME }),
    vault: kmsTokenVault({ kms, keyArns: readKeyArns(environment.SEALING_KEY_ARNS) }),
    signers: readSigningKeys(environment.ASSERTIONS_KEYS).map((key) => kmsSigner({ kms, ...key })),
    secrets: secretsManagerReader({
      client: new SecretsManagerClient(awsClient('secretsmanager')),
      prefix: environment.CLIENT_SECRETS_PREFIX,
      now,
    }),
    egress,
    keys: idTokenKeys({ egress, now }),
    discovery: cachedDiscovery({ egress, log, now }),
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
    redirectUri: `${environment.PUBLIC_BASE_URL}/redirect`,
    ssoUrl: `${environment.PUBLIC_BASE_URL}/sso`,
    log,
    now,
  }),
  log,
  errorPage,
)
