import { randomUUID } from 'node:crypto'
import { CloudWatchLogsClient } from '@aws-sdk/client-cloudwatch-logs'
import { DynamoDBClient } from '@aws-sdk/client-dynamodb'
import { EventBridgeClient } from '@aws-sdk/client-eventbridge'
import { KMSClient } from '@aws-sdk/client-kms'
import { SecretsManagerClient } from '@aws-sdk/client-secrets-manager'
import { DynamoDBDocumentClient } from '@aws-sdk/lib-dynamodb'
import { onTestFinished } from 'vitest'
import { LAUNCHES_TABLE, REGISTRY_TABLE, SESSIONS_TABLE } from '#contract/tables.ts'
import type { TableDefinition } from '#local/aws/dynamodb.ts'
import { startAwsEndpoint } from '#local/aws-endpoint.ts'

/** Fresh tables of the three shapes, keys and secrets, for one test; they end with it. */
export async function createTables() {
  const keyIds = {
    sealing: randomUUID(),
    nextSealing: randomUUID(),
    assertions: randomUUID(),
    elliptic: randomUUID(),
    tokens: randomUUID(),
    samlEncryption: randomUUID(),
  }
  const aws = await startAwsEndpoint({
    eventBuses: ['events'],
    tables: [
      table('launches', LAUNCHES_TABLE),
      {
        ...table('sessions', SESSIONS_TABLE),
        AttributeDefinitions: [
          text(SESSIONS_TABLE.partitionKey),
          number(SESSIONS_TABLE.dueIndex.partitionKey),
          number(SESSIONS_TABLE.dueIndex.sortKey),
        ],
        GlobalSecondaryIndexes: [
          {
            IndexName: SESSIONS_TABLE.dueIndex.name,
            KeySchema: [
              hash(SESSIONS_TABLE.dueIndex.partitionKey),
              { AttributeName: SESSIONS_TABLE.dueIndex.sortKey, KeyType: 'RANGE' },
            ],
            Projection: { ProjectionType: 'KEYS_ONLY' },
          },
        ],
      },
      {
        ...table('registry', REGISTRY_TABLE),
        AttributeDefinitions: [
          text(REGISTRY_TABLE.partitionKey),
          text(REGISTRY_TABLE.issuerIndex.partitionKey),
        ],
        GlobalSecondaryIndexes: [
          {
            IndexName: REGISTRY_TABLE.issuerIndex.name,
            KeySchema: [hash(REGISTRY_TABLE.issuerIndex.partitionKey)],
            Projection: { ProjectionType: 'ALL' },
          },
        ],
      },
    ],
    logGroups: ['launch'],
    keys: [
      { keyId: keyIds.sealing, spec: 'SYMMETRIC_DEFAULT' },
      { keyId: keyIds.nextSealing, spec: 'SYMMETRIC_DEFAULT' },
      { keyId: keyIds.assertions, spec: 'RSA_3072' },
      { keyId: keyIds.elliptic, spec: 'ECC_NIST_P384' },
      { keyId: keyIds.tokens, spec: 'ECC_NIST_P256' },
      { keyId: keyIds.samlEncryption, spec: 'RSA_2048', usage: 'ENCRYPT_DECRYPT' },
    ],
  })
  onTestFinished(() => aws.close())

  const config = {
    endpoint: aws.endpoint,
    region: aws.region,
    credentials: aws.credentials('test'),
    maxAttempts: 1,
  }
  const arn = (keyId: string) => `arn:aws:kms:${aws.region}:000000000000:key/${keyId}`
  return {
    aws,
    documents: DynamoDBDocumentClient.from(new DynamoDBClient(config)),
    launches: 'launches',
    sessions: 'sessions',
    registry: 'registry',
    kms: new KMSClient(config),
    keys: {
      sealing: arn(keyIds.sealing),
      nextSealing: arn(keyIds.nextSealing),
      assertions: arn(keyIds.assertions),
      elliptic: arn(keyIds.elliptic),
      tokens: arn(keyIds.tokens),
      samlEncryption: arn(keyIds.samlEncryption),
    },
    secrets: new SecretsManagerClient(config),
    eventBridge: new EventBridgeClient(config),
    logs: new CloudWatchLogsClient(config),
  } as const
}

function table(
  name: string,
  { partitionKey, timeToLive }: { partitionKey: string; timeToLive?: string },
): TableDefinition {
  return {
    TableName: name,
    KeySchema: [hash(partitionKey)],
    AttributeDefinitions: [text(partitionKey)],
    ...(timeToLive !== undefined && { timeToLive }),
  }
}

function hash(AttributeName: string) {
  return { AttributeName, KeyType: 'HASH' }
}

function number(AttributeName: string) {
  return { AttributeName, AttributeType: 'N' }
}

function text(AttributeName: string) {
  return { AttributeName, AttributeType: 'S' }
}
