import { EventBridgeClient } from '@aws-sdk/client-eventbridge'
import type { SecretsManagerClient } from '@aws-sdk/client-secrets-manager'
import type { DynamoDBDocumentClient } from '@aws-sdk/lib-dynamodb'
import { awsClient } from '#adapters/aws-client.ts'
import { dynamodbOneTimeStore } from '#adapters/dynamodb/one-time-store.ts'
import { dynamodbReplayStore } from '#adapters/dynamodb/replay-store.ts'
import { dynamodbSessionStore } from '#adapters/dynamodb/session-store.ts'
import { eventBridgeBus } from '#adapters/eventbridge/event-bus.ts'
import { secretsManagerReader } from '#adapters/secrets/secret-reader.ts'
import type { Environment, LAUNCH_ENVIRONMENT } from '#contract/environment.ts'
import type { Egress } from '#core/egress.ts'
import type { EventLog } from '#core/event-log.ts'
import { brokerEvents } from '#core/events/broker-events.ts'
import { providerKeys } from '#core/logout/provider-keys.ts'
import type { Metrics } from '#core/metrics.ts'
import type { Clock } from '#core/time.ts'
import type { LinkDeps } from './handler.ts'

interface Instance {
  readonly documents: DynamoDBDocumentClient
  readonly egress: Egress
  readonly secretsManager: SecretsManagerClient
  readonly metrics: Metrics
  readonly log: EventLog
  readonly now: Clock
}

/** What signed links are opened with; most instances meet none, and a client takes time to make. */
export function wireLinks(
  environment: Environment<typeof LAUNCH_ENVIRONMENT>,
  { documents, egress, secretsManager, metrics, log, now }: Instance,
): LinkDeps {
  const launchesTable = { documents, tableName: environment.LAUNCHES_TABLE_NAME }
  return {
    tickets: dynamodbOneTimeStore({ ...launchesTable, kind: 'ticket', now }),
    replays: dynamodbReplayStore(launchesTable),
    linkSecrets: secretsManagerReader({
      client: secretsManager,
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
  }
}
