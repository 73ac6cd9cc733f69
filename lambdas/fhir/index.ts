import { CloudWatchLogsClient } from '@aws-sdk/client-cloudwatch-logs'
import { DynamoDBClient } from '@aws-sdk/client-dynamodb'
import { EventBridgeClient } from '@aws-sdk/client-eventbridge'
import { KMSClient } from '@aws-sdk/client-kms'
import { SecretsManagerClient } from '@aws-sdk/client-secrets-manager'
import { DynamoDBDocumentClient } from '@aws-sdk/lib-dynamodb'
import { AWS_CLIENT } from '#adapters/aws-client.ts'
import { cloudwatchAuditTrail } from '#adapters/cloudwatch/audit-trail.ts'
import { dynamodbConnectionHealth } from '#adapters/dynamodb/connection-health.ts'
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
import { FHIR_ENVIRONMENT } from '#contract/environment.ts'
import { rememberVerified } from '#core/app-token/remember-verified.ts'
import { verifyAppToken } from '#core/app-token/verify-app-token.ts'
import { brokerEvents } from '#core/events/broker-events.ts'
import { tellRenewals } from '#core/events/tell-renewals.ts'
import { upstreamPauses } from '#core/fhir/upstream-pauses.ts'
import { deadSessionGuard } from '#core/session/dead-session-guard.ts'
import { systemClock } from '#core/time.ts'
import { accessTokens } from '#core/tokens/access-tokens.ts'
import { refreshGrant } from '#core/tokens/refresh-grant.ts'
import { watchedVault } from '#core/tokens/vault-refusal.ts'
import { operationOutcomeError } from '#http/operation-outcome.ts'
import { streamingHandler } from '#http/streaming-handler.ts'
import { fhirHandler } from './handler.ts'

const environment = readEnvironment(FHIR_ENVIRONMENT)
const documents = DynamoDBDocumentClient.from(new DynamoDBClient(AWS_CLIENT))
const kms = new KMSClient(AWS_CLIENT)
const publicBaseUrl = environment.PUBLIC_BASE_URL
const egress = createEgress({ upstreams: readUpstreams(environment.UPSTREAMS) })
const log = powertoolsEventLog('fhir')
const metrics = powertoolsMetrics()
const now = systemClock
const registry = dynamodbRegistry({ documents, tableName: environment.REGISTRY_TABLE_NAME, now })
const sessions = dynamodbSessionStore({
  documents,
  tableName: environment.SESSIONS_TABLE_NAME,
})
const vault = kmsTokenVault({ kms, keyArns: readKeyArns(environment.SEALING_KEY_ARNS) })
const appTokens = kmsSigner({ kms, keyArn: environment.TOKENS_KEY_ARN, alg: 'ES256' })

export const handler = streamingHandler(
  fhirHandler({
    verifyAppToken: rememberVerified(
      (authorization) => verifyAppToken(authorization, { signer: appTokens, publicBaseUrl, now }),
      now,
    ),
    sessions,
    registry,
    guardDeadSessions: deadSessionGuard(now),
    tokens: accessTokens({
      sessions,
      registry,
      vault,
      refreshGrant: refreshGrant({
        registry,
        egress,
        secrets: secretsManagerReader({
          client: new SecretsManagerClient(AWS_CLIENT),
          prefix: environment.CLIENT_SECRETS_PREFIX,
          now,
        }),
        signer: kmsSigner({ kms, keyArn: environment.ASSERTIONS_KEY_ARN, alg: 'RS384' }),
        redirectUri: `${publicBaseUrl}/redirect`,
        log,
        now,
      }),
      rescue: dynamodbRescueStore({ documents, tableName: environment.LAUNCHES_TABLE_NAME, now }),
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
    pagingKey: async ({ id, tokenVersion, connection, sealedTokens }) =>
      (await watchedVault(vault, log).open(sealedTokens, { session: id, tokenVersion, connection }))
        .pagingKey,
    egress,
    pauseUpstream: upstreamPauses(now),
    publicBaseUrl,
    audit: cloudwatchAuditTrail({
      logs: new CloudWatchLogsClient(AWS_CLIENT),
      logGroupName: environment.AUDIT_LOG_GROUP_NAME,
      log,
      now,
    }),
    log,
    now,
    elapsedMs: () => performance.now(),
  }),
  log,
  operationOutcomeError,
)
