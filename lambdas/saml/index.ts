import { DynamoDBClient } from '@aws-sdk/client-dynamodb'
import { EventBridgeClient } from '@aws-sdk/client-eventbridge'
import { KMSClient } from '@aws-sdk/client-kms'
import { SecretsManagerClient } from '@aws-sdk/client-secrets-manager'
import { DynamoDBDocumentClient } from '@aws-sdk/lib-dynamodb'
import { awsClient } from '#adapters/aws-client.ts'
import { dynamodbEndSession } from '#adapters/dynamodb/end-session.ts'
import { dynamodbOneTimeStore } from '#adapters/dynamodb/one-time-store.ts'
import { dynamodbRegistry } from '#adapters/dynamodb/registry.ts'
import { dynamodbReplayStore } from '#adapters/dynamodb/replay-store.ts'
import { dynamodbSessionStore } from '#adapters/dynamodb/session-store.ts'
import { dynamodbSignedOnSessions } from '#adapters/dynamodb/signed-on-sessions.ts'
import { createEgress } from '#adapters/egress/egress.ts'
import {
  readEnvironment,
  readKeyArns,
  readSigningKeys,
  readUpstreams,
} from '#adapters/environment.ts'
import { eventBridgeBus } from '#adapters/eventbridge/event-bus.ts'
import { kmsSamlKeys } from '#adapters/kms/saml-keys.ts'
import { kmsSigner } from '#adapters/kms/signer.ts'
import { nodeSamlXml } from '#adapters/node-saml/saml-xml.ts'
import { powertoolsEventLog } from '#adapters/powertools/event-log.ts'
import { powertoolsMetrics } from '#adapters/powertools/metrics.ts'
import { secretsManagerReader } from '#adapters/secrets/secret-reader.ts'
import { SAML_ENVIRONMENT } from '#contract/environment.ts'
import { cachedDiscovery } from '#core/discovery/cached-discovery.ts'
import { brokerEvents } from '#core/events/broker-events.ts'
import { systemClock } from '#core/time.ts'
import { httpHandler } from '#http/http-handler.ts'
import { errorPage } from '#http/pages/error-page.ts'
import { samlHandler } from './handler.ts'

const environment = readEnvironment(SAML_ENVIRONMENT)
const documents = DynamoDBDocumentClient.from(new DynamoDBClient(awsClient('dynamodb')))
const log = powertoolsEventLog('saml')
const metrics = powertoolsMetrics()
const now = systemClock
const launchesTable = { documents, tableName: environment.LAUNCHES_TABLE_NAME, now }
const sessionsTable = { documents, tableName: environment.SESSIONS_TABLE_NAME }
const kms = new KMSClient(awsClient('kms'))
const egress = createEgress({ upstreams: readUpstreams(environment.UPSTREAMS) })
const keys = kmsSamlKeys({
  kms,
  signingKeyArns: readKeyArns(environment.SAML_SIGNING_KEY_ARNS),
  encryptionKeyArns: readKeyArns(environment.SAML_ENCRYPTION_KEY_ARNS),
})

export const handler = httpHandler(
  samlHandler({
    registry: dynamodbRegistry({ documents, tableName: environment.REGISTRY_TABLE_NAME, now }),
    requests: dynamodbOneTimeStore({ ...launchesTable, kind: 'saml' }),
    tickets: dynamodbOneTimeStore({ ...launchesTable, kind: 'ticket' }),
    replays: dynamodbReplayStore(launchesTable),
    xml: nodeSamlXml,
    keys,
    sign: keys.sign,
    unwrapKey: keys.unwrapKey,
    discovery: cachedDiscovery({ egress, log, now }),
    launches: dynamodbOneTimeStore({ ...launchesTable, kind: 'launch' }),
    redirectUri: `${environment.PUBLIC_BASE_URL}/redirect`,
    egress,
    secrets: secretsManagerReader({
      client: new SecretsManagerClient(awsClient('secretsmanager')),
      prefix: environment.CLIENT_SECRETS_PREFIX,
      now,
    }),
    signers: readSigningKeys(environment.ASSERTIONS_KEYS).map((key) => kmsSigner({ kms, ...key })),
    createSession: dynamodbSessionStore(sessionsTable).create,
    sessions: dynamodbSignedOnSessions(sessionsTable),
    endSession: dynamodbEndSession(sessionsTable),
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
    ssoUrl: `${environment.PUBLIC_BASE_URL}/sso`,
    log,
    now,
  }),
  log,
  errorPage,
)
