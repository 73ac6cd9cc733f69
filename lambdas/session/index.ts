import { DynamoDBClient } from '@aws-sdk/client-dynamodb'
import { EventBridgeClient } from '@aws-sdk/client-eventbridge'
import { KMSClient } from '@aws-sdk/client-kms'
import { DynamoDBDocumentClient } from '@aws-sdk/lib-dynamodb'
import { awsClient } from '#adapters/aws-client.ts'
import { dynamodbEndSession } from '#adapters/dynamodb/end-session.ts'
import { dynamodbRegistry } from '#adapters/dynamodb/registry.ts'
import { dynamodbSessionReader } from '#adapters/dynamodb/session-reader.ts'
import { readEnvironment, readKeyArns } from '#adapters/environment.ts'
import { eventBridgeBus } from '#adapters/eventbridge/event-bus.ts'
import { kmsSigner } from '#adapters/kms/signer.ts'
import { powertoolsEventLog } from '#adapters/powertools/event-log.ts'
import { powertoolsMetrics } from '#adapters/powertools/metrics.ts'
import { SESSION_ENVIRONMENT } from '#contract/environment.ts'
import { SESSION_VIEW_ATTRIBUTES } from '#contract/tables.ts'
import { verifyAppToken } from '#core/app-token/verify-app-token.ts'
import { brokerEvents } from '#core/events/broker-events.ts'
import { deadSessionGuard } from '#core/session/dead-session-guard.ts'
import { systemClock } from '#core/time.ts'
import { httpHandler } from '#http/http-handler.ts'
import { operationOutcomeError } from '#http/operation-outcome.ts'
import { sessionHandler } from './handler.ts'

const environment = readEnvironment(SESSION_ENVIRONMENT)
const documents = DynamoDBDocumentClient.from(new DynamoDBClient(awsClient('dynamodb')))
const publicBaseUrl = environment.PUBLIC_BASE_URL
const log = powertoolsEventLog('session')
const metrics = powertoolsMetrics()
const now = systemClock
const sessionsTable = { documents, tableName: environment.SESSIONS_TABLE_NAME }
const kms = new KMSClient(awsClient('kms'))
const signers = readKeyArns(environment.TOKENS_KEY_ARNS).map((keyArn) =>
  kmsSigner({ kms, keyArn, alg: 'ES256' }),
)

export const handler = httpHandler(
  sessionHandler({
    verifyAppToken: (authorization) =>
      verifyAppToken(authorization, { signers, publicBaseUrl, now }),
    readSession: dynamodbSessionReader({ ...sessionsTable, attributes: SESSION_VIEW_ATTRIBUTES }),
    endSession: dynamodbEndSession(sessionsTable),
    guardDeadSessions: deadSessionGuard(now),
    events: brokerEvents({
      bus: eventBridgeBus({
        client: new EventBridgeClient(awsClient('events')),
        busName: environment.EVENT_BUS_NAME,
      }),
      metrics,
      log,
      now,
    }),
    registry: dynamodbRegistry({ documents, tableName: environment.REGISTRY_TABLE_NAME, now }),
    publicBaseUrl,
    log,
    now,
  }),
  log,
  operationOutcomeError,
)
