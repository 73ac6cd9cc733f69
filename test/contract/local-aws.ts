import { randomUUID } from 'node:crypto'
import { CloudWatchLogsClient } from '@aws-sdk/client-cloudwatch-logs'
import { DynamoDBClient } from '@aws-sdk/client-dynamodb'
import { EventBridgeClient } from '@aws-sdk/client-eventbridge'
import { KMSClient } from '@aws-sdk/client-kms'
import { SecretsManagerClient } from '@aws-sdk/client-secrets-manager'
import { DynamoDBDocumentClient } from '@aws-sdk/lib-dynamodb'
import { onTestFinished } from 'vitest'
import { type AwsEndpointOptions, startAwsEndpoint } from '#local/aws-endpoint.ts'
import { otherDatabase } from './other-database.ts'
import { TABLES } from './tables.ts'

/** Fresh tables of the three shapes, keys and secrets, for one test; they end with it. */
export async function createTables(options: Pick<AwsEndpointOptions, 'onCall'> = {}) {
  const keyIds = {
    sealing: randomUUID(),
    nextSealing: randomUUID(),
    assertions: randomUUID(),
    elliptic: randomUUID(),
    tokens: randomUUID(),
    samlEncryption: randomUUID(),
    nextSamlEncryption: randomUUID(),
    nextSamlSigning: randomUUID(),
  }
  const aws = await startAwsEndpoint({
    ...options,
    eventBuses: ['events'],
    tables: TABLES,
    logGroups: ['launch'],
    keys: [
      { keyId: keyIds.sealing, spec: 'SYMMETRIC_DEFAULT' },
      { keyId: keyIds.nextSealing, spec: 'SYMMETRIC_DEFAULT' },
      { keyId: keyIds.assertions, spec: 'RSA_3072' },
      { keyId: keyIds.elliptic, spec: 'ECC_NIST_P384' },
      { keyId: keyIds.tokens, spec: 'ECC_NIST_P256' },
      { keyId: keyIds.samlEncryption, spec: 'RSA_2048', usage: 'ENCRYPT_DECRYPT' },
      { keyId: keyIds.nextSamlEncryption, spec: 'RSA_2048', usage: 'ENCRYPT_DECRYPT' },
      { keyId: keyIds.nextSamlSigning, spec: 'RSA_2048' },
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
  const embedded = {
    database: new DynamoDBClient(config),
    launches: 'launches',
    sessions: 'sessions',
    registry: 'registry',
  }
  const { database, ...tableNames } = (await otherDatabase()) ?? embedded
  return {
    aws,
    documents: DynamoDBDocumentClient.from(database),
    ...tableNames,
    kms: new KMSClient(config),
    keys: {
      sealing: arn(keyIds.sealing),
      nextSealing: arn(keyIds.nextSealing),
      assertions: arn(keyIds.assertions),
      elliptic: arn(keyIds.elliptic),
      tokens: arn(keyIds.tokens),
      samlEncryption: arn(keyIds.samlEncryption),
      nextSamlEncryption: arn(keyIds.nextSamlEncryption),
      nextSamlSigning: arn(keyIds.nextSamlSigning),
    },
    secrets: new SecretsManagerClient(config),
    eventBridge: new EventBridgeClient(config),
    logs: new CloudWatchLogsClient(config),
  } as const
}
