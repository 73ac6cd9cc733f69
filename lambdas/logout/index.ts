import { DynamoDBClient } from '@aws-sdk/client-dynamodb'
import { EventBridgeClient } from '@aws-sdk/client-eventbridge'
import { DynamoDBDocumentClient } from '@aws-sdk/lib-dynamodb'
import { awsClient } from '#adapters/aws-client.ts'
import { dynamodbEndSession } from '#adapters/dynamodb/end-session.ts'
import { dynamodbRegistry } from '#adapters/dynamodb/registry.ts'
import { dynamodbReplayStore } from '#adapters/dynamodb/replay-store.ts'
import { dynamodbSignedOnSessions } from '#adapters/dynamodb/signed-on-sessions.ts'
import { createEgress } from '#adapters/egress/egress.ts'
import { readEnvironment, readUpstreams } from '#adapters/environment.ts'
import { eventBridgeBus } from '#adapters/eventbridge/event-bus.ts'
import { powertoolsEventLog } from '#adapters/powertools/event-log.ts'
import { powertoolsMetrics } from '#adapters/powertools/metrics.ts'
import { LOGOUT_ENVIRONMENT } from '#contract/environment.ts'
import { cachedDiscovery } from '#core/discovery/cached-discovery.ts'
import { brokerEvents } from '#core/events/broker-events.ts'
import { providerKeys } from '#core/logout/provider-keys.ts'
import { systemClock } from '#core/time.ts'
import { httpHandler } from '#http/http-handler.ts'
import { oauthError } from '#http/oauth-error.ts'
import { logoutHandler } from './handler.ts'

const environment = readEnvironment(LOGOUT_ENVIRONMENT)
const documents = DynamoDBDocumentClient.from(new DynamoDBClient(awsClient('dynamodb')))
const egress = createEgress({ upstreams: readUpstreams(environment.UPSTREAMS) })
const log = powertoolsEventLog('logout')
const now = systemClock
const sessionsTable = { documents, tableName: environment.SESSIONS_TABLE_NAME }

export const handler = httpHandler(
  logoutHandler({
    registry: dynamodbRegistry({ documents, tableName: environment.REGISTRY_TABLE_NAME, now }),
    discovery: cachedDiscovery({ egress, log, now }),
    egress,
    keysAt: providerKeys(egress),
    replays: dynamodbReplayStore({ documents, tableName: environment.LAUNCHES_TABLE_NAME }),
    sessions: dynamodbSignedOnSessions(sessionsTable),
    endSession: dynamodbEndSession(sessionsTable),
    events: brokerEvents({
      bus: eventBridgeBus({
        client: new EventBridgeClient(awsClient('events')),
        busName: environment.EVENT_BUS_NAME,
      }),
      metrics: powertoolsMetrics(),
      log,
      now,
    }),
    log,
    now,
  }),
  log,
  oauthError,
)
