import { DynamoDBClient } from '@aws-sdk/client-dynamodb'
import { SecretsManagerClient } from '@aws-sdk/client-secrets-manager'
import { SQSClient } from '@aws-sdk/client-sqs'
import { DynamoDBDocumentClient } from '@aws-sdk/lib-dynamodb'
import { awsClient } from '#adapters/aws-client.ts'
import { dynamodbRegistry } from '#adapters/dynamodb/registry.ts'
import { createEgress } from '#adapters/egress/egress.ts'
import { readEnvironment, readUpstreams } from '#adapters/environment.ts'
import { powertoolsEventLog } from '#adapters/powertools/event-log.ts'
import { powertoolsMetrics } from '#adapters/powertools/metrics.ts'
import { secretsManagerReader } from '#adapters/secrets/secret-reader.ts'
import { sqsRetryLater } from '#adapters/sqs/retry-later.ts'
import { WEBHOOKS_ENVIRONMENT } from '#contract/environment.ts'
import { systemClock } from '#core/time.ts'
import { webhooksHandler } from './handler.ts'

const environment = readEnvironment(WEBHOOKS_ENVIRONMENT)
const documents = DynamoDBDocumentClient.from(new DynamoDBClient(awsClient('dynamodb')))
const now = systemClock

export const handler = webhooksHandler({
  registry: dynamodbRegistry({ documents, tableName: environment.REGISTRY_TABLE_NAME, now }),
  secrets: secretsManagerReader({
    client: new SecretsManagerClient(awsClient('secretsmanager')),
    prefix: environment.WEBHOOK_SECRETS_PREFIX,
    now,
  }),
  egress: createEgress({ upstreams: readUpstreams(environment.UPSTREAMS) }),
  retryLater: sqsRetryLater({
    client: new SQSClient({ ...awsClient('sqs'), useQueueUrlAsEndpoint: false }),
    queueUrl: environment.WEBHOOKS_QUEUE_URL,
  }),
  metrics: powertoolsMetrics(),
  log: powertoolsEventLog('webhooks'),
  now,
  random: Math.random,
})
