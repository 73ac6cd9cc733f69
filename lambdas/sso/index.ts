import { DynamoDBClient } from '@aws-sdk/client-dynamodb'
import { EventBridgeClient } from '@aws-sdk/client-eventbridge'
import { KMSClient } from '@aws-sdk/client-kms'
import { SecretsManagerClient } from '@aws-sdk/client-secrets-manager'
import { DynamoDBDocumentClient } from '@aws-sdk/lib-dynamodb'
import { awsClient } from '#adapters/aws-client.ts'
import { dynamodbEndSession } from '#adapters/dynamodb/end-session.ts'
import { dynamodbOneTimeStore } from '#adapters/dynamodb/one-time-store.ts'
import { dynamodbRegistry } from '#adapters/dynamodb/registry.ts'
import { createEgress } from '#adapters/egress/egress.ts'
import { readEnvironment, readSigningKeys, readUpstreams } from '#adapters/environment.ts'
import { eventBridgeBus } from '#adapters/eventbridge/event-bus.ts'
import { kmsSigner } from '#adapters/kms/signer.ts'
import { powertoolsEventLog } from '#adapters/powertools/event-log.ts'
import { powertoolsMetrics } from '#adapters/powertools/metrics.ts'
import { secretsManagerReader } from '#adapters/secrets/secret-reader.ts'
import { SSO_ENVIRONMENT } from '#contract/environment.ts'
import { brokerEvents } from '#core/events/broker-events.ts'
import { systemClock } from '#core/time.ts'
import { httpHandler } from '#http/http-handler.ts'
import { errorPage } from '#http/pages/error-page.ts'
import { ssoHandler } from './handler.ts'

const environment = readEnvironment(SSO_ENVIRONMENT)
const kms = new KMSClient(awsClient('kms'))
const documents = DynamoDBDocumentClient.from(new DynamoDBClient(awsClient('dynamodb')))
const upstreams = readUpstreams(environment.UPSTREAMS)
const log = powertoolsEventLog('sso')
const metrics = powertoolsMetrics()
const now = systemClock

export const handler = httpHandler(
  ssoHandler({
    tickets: dynamodbOneTimeStore({
      documents,
      tableName: environment.LAUNCHES_TABLE_NAME,
      kind: 'ticket',
      now,
    }),
    registry: dynamodbRegistry({ documents, tableName: environment.REGISTRY_TABLE_NAME, now }),
    secrets: secretsManagerReader({
      client: new SecretsManagerClient(awsClient('secretsmanager')),
      prefix: environment.SSO_SECRETS_PREFIX,
      now,
    }),
    signers: readSigningKeys(environment.MESSAGES_KEYS).map((key) => kmsSigner({ kms, ...key })),
    egress: createEgress({ upstreams }),
    endSession: dynamodbEndSession({ documents, tableName: environment.SESSIONS_TABLE_NAME }),
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
    allowLoopbackHttp: upstreams === 'loopback',
    log,
    now,
  }),
  log,
  errorPage,
)
