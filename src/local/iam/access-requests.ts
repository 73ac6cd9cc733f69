import type { TableDefinition } from '#local/aws/dynamodb.ts'
import { busName } from '#local/aws/event-bridge.ts'
import { keyIdOf } from '#local/aws/kms-ciphertext.ts'
import type { KmsKeys } from '#local/aws/kms-keys.ts'
import type { QueueDefinition } from '#local/aws/sqs.ts'
import type { ConditionContext } from './condition.ts'
import { attributesOf } from './dynamodb-attributes.ts'
import type { AccessRequest } from './judge-access.ts'

type Input = Readonly<Record<string, unknown>>

export interface AccessRequestsOptions {
  readonly arnPrefix: (service: string) => string
  readonly region: string
  readonly account: string
  readonly keys: KmsKeys
  readonly tables: readonly TableDefinition[]
  /** The key under which a table or a queue lies, by the table's name, the queue's URL. */
  readonly storageKeys: ReadonlyMap<string, string>
  readonly queues: readonly QueueDefinition[]
  readonly describeSecret: (id: string) => Promise<object> | undefined
}

/**
 * What a call has to be permitted: itself, and the KMS calls that a service makes in the caller's
 * name (DynamoDB decrypts a table's key, Secrets Manager a secret's, SQS a queue's).
 *
 * @see [DynamoDB](https://docs.aws.amazon.com/amazondynamodb/latest/developerguide/encryption.usagenotes.html)
 * @see [Secrets Manager](https://docs.aws.amazon.com/secretsmanager/latest/userguide/security-encryption.html)
 * @see [SQS](https://docs.aws.amazon.com/AWSSimpleQueueService/latest/SQSDeveloperGuide/sqs-key-management.html)
 */
export function accessRequests(options: AccessRequestsOptions) {
  const { arnPrefix, region, account, keys } = options

  const throughService = (service: string, resource: string, actions: string[], context: Input) =>
    actions.map((action) => ({
      action: `kms:${action}`,
      resource,
      context: {
        'kms:ViaService': [`${service}.${region}.amazonaws.com`],
        ...encryptionContext(context),
      },
    }))

  const dynamoDb = (action: string, input: Input): readonly AccessRequest[] => {
    if (action === 'ListTables')
      return [{ action: `dynamodb:${action}`, resource: '*', context: {} }]
    const names =
      action === 'BatchGetItem' ? Object.keys(object(input['RequestItems'])) : [input['TableName']]
    return names.map(tableName).flatMap((name) => {
      const index = input['IndexName']
      const tableArn = `${arnPrefix('dynamodb')}table/${name}`
      const key = options.storageKeys.get(name)
      return [
        {
          action: `dynamodb:${action}`,
          resource: index === undefined ? tableArn : `${tableArn}/index/${index}`,
          context: {
            ...leadingKeys(options.tables, name, input),
            ...attributesOf(action, input),
          },
        },
        ...(key === undefined || action === 'DescribeTable'
          ? []
          : throughService('dynamodb', key, ['Decrypt'], {
              'aws:dynamodb:tableName': name,
              'aws:dynamodb:subscriberId': account,
            })),
      ]
    })
  }

  const secretsManager = async (action: string, input: Input) => {
    const id = String(input['SecretId'] ?? input['Name'])
    // Of a secret that is not there only the name is known.
    const unknown = id.startsWith('arn:') ? id : `${arnPrefix('secretsmanager')}secret:${id}`
    const secret = await options.describeSecret(id)?.catch(() => undefined)
    const { ARN = unknown, KmsKeyId } = (secret ?? {}) as { ARN?: string; KmsKeyId?: string }
    const needs: Readonly<Record<string, readonly string[]>> = {
      GetSecretValue: ['Decrypt'],
      PutSecretValue: ['Decrypt', 'GenerateDataKey'],
      CreateSecret: ['Decrypt', 'GenerateDataKey'],
    }
    const keyName = KmsKeyId ?? (action === 'CreateSecret' ? input['KmsKeyId'] : undefined)
    const actions = [...(needs[action] ?? [])]
    return [
      { action: `secretsmanager:${action}`, resource: ARN, context: {} },
      ...(keyName === undefined || actions.length === 0
        ? []
        : throughService('secretsmanager', keys.arn(keys.find(String(keyName))), actions, {
            SecretARN: ARN,
          })),
    ]
  }

  const sqs = (action: string, input: Input): readonly AccessRequest[] => {
    const url = String(input['QueueUrl'])
    const queue = options.queues.find((candidate) => candidate.url === url)
    // Of a queue that is not there only the name is known.
    const resource = queue?.arn ?? `${arnPrefix('sqs')}${url.split('/').at(-1)}`
    const key = options.storageKeys.get(url)
    const needs: Readonly<Record<string, string[]>> = {
      SendMessage: ['GenerateDataKey', 'Decrypt'],
      ReceiveMessage: ['Decrypt'],
    }
    return [
      { action: `sqs:${action}`, resource, context: {} },
      ...(key === undefined
        ? []
        : throughService('sqs', key, needs[action] ?? [], { 'aws:sqs:arn': resource })),
    ]
  }

  const kms = (action: string, input: Input): readonly AccessRequest[] => {
    const blob = input['CiphertextBlob']
    // A ciphertext of an asymmetric key says nothing of it, so that the call has to.
    const isSymmetric =
      (input['EncryptionAlgorithm'] ?? 'SYMMETRIC_DEFAULT') === 'SYMMETRIC_DEFAULT'
    const name =
      action === 'Decrypt' && typeof blob === 'string' && isSymmetric
        ? keyIdOf(Buffer.from(blob, 'base64'))
        : String(input['KeyId'])
    const context = encryptionContext(object(input['EncryptionContext']))
    return [{ action: `kms:${action}`, resource: keys.arn(keys.find(name)), context }]
  }

  const events = (action: string, input: Input): readonly AccessRequest[] => {
    const entries = Array.isArray(input['Entries']) ? input['Entries'].map(object) : []
    return entries.map(({ EventBusName, DetailType }) => ({
      action: `events:${action}`,
      resource: `${arnPrefix('events')}event-bus/${busName(String(EventBusName))}`,
      context: { 'events:detail-type': [String(DetailType)] },
    }))
  }

  // A stream that is still to be made has no name.
  const logs = (action: string, { logGroupName, logStreamName = '' }: Input) => [
    {
      action: `logs:${action}`,
      resource: `${arnPrefix('logs')}log-group:${logGroupName}:log-stream:${logStreamName}`,
      context: {},
    },
  ]

  return async (
    service: string,
    action: string,
    input: Input,
  ): Promise<readonly AccessRequest[]> => {
    if (service === 'dynamodb') return dynamoDb(action, input)
    if (service === 'secretsmanager') return secretsManager(action, input)
    if (service === 'sqs') return sqs(action, input)
    if (service === 'kms') return kms(action, input)
    if (service === 'events') return events(action, input)
    if (service === 'lambda') {
      return [{ action: `lambda:${action}`, resource: String(input['FunctionName']), context: {} }]
    }
    if (service === 'logs') return logs(action, input)
    throw new Error(`The local runtime does not judge ${service}:${action}`)
  }
}

function leadingKeys(
  tables: readonly TableDefinition[],
  tableArnOrName: string,
  input: Input,
): ConditionContext {
  const table = tables.find(({ TableName }) => TableName === tableArnOrName)
  const hash = table?.KeySchema.find(({ KeyType }) => KeyType === 'HASH')?.AttributeName
  const value = hash && object(input['Key'] ?? input['Item'])[hash]
  // A key's attribute has one type and so one value, `{"S": "launch#…"}`.
  const values = Object.values(object(value)).map(String)
  return values.length === 0 ? {} : { 'dynamodb:LeadingKeys': values }
}

function encryptionContext(context: Input): ConditionContext {
  return Object.fromEntries(
    Object.entries(context).map(([key, value]) => [
      `kms:EncryptionContext:${key}`,
      [String(value)],
    ]),
  )
}

/** A table may be called by its ARN. */
function tableName(name: unknown): string {
  return String(name).replace(/^arn:.*:table\//, '')
}

function object(value: unknown): Input {
  return typeof value === 'object' && value !== null ? (value as Input) : {}
}
