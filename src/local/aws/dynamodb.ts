import { setTimeout } from 'node:timers/promises'
import { AwsError } from './aws-error.ts'
import type { AwsService } from './aws-service.ts'
import { type EmbeddedDatabase, type Json, startEmbeddedDatabase } from './embedded-database.ts'
import { keyLock } from './key-lock.ts'

/** A table as CloudFormation and CreateTable both describe it. */
export interface TableDefinition {
  readonly TableName: string
  readonly KeySchema: readonly { readonly AttributeName: string; readonly KeyType: string }[]
  readonly AttributeDefinitions: readonly {
    readonly AttributeName: string
    readonly AttributeType: string
  }[]
  readonly GlobalSecondaryIndexes?: readonly {
    readonly IndexName: string
    readonly KeySchema: readonly { readonly AttributeName: string; readonly KeyType: string }[]
    readonly Projection: {
      readonly ProjectionType: string
      readonly NonKeyAttributes?: readonly string[]
    }
  }[]
  /** The attribute of epoch seconds after which an item may be deleted. */
  readonly timeToLive?: string
}

export interface DynamoDb {
  readonly service: AwsService
  /** Deletes what has expired, as DynamoDB does some time after; answers how many items. */
  expireItems(): Promise<number>
  close(): Promise<void>
}

/** Doubled from a millisecond on: a minute and more in all. */
const MOST_WAIT_MS = 60_000

const CONDITION = ['ConditionExpression', 'ExpressionAttributeNames', 'ExpressionAttributeValues']
const WRITE = [...CONDITION, 'TableName', 'ReturnValues', 'ReturnValuesOnConditionCheckFailure']
const READ = ['TableName', 'ConsistentRead', 'ProjectionExpression', 'ExpressionAttributeNames']
const LIST = [
  ...READ,
  'IndexName',
  'FilterExpression',
  'ExpressionAttributeValues',
  'Limit',
  'ExclusiveStartKey',
  'Select',
]

/** The parameters served of each operation; the embedded database would pass over any other. */
const READS: Readonly<Record<string, readonly string[]>> = {
  BatchGetItem: ['RequestItems'],
  DescribeTable: ['TableName'],
  GetItem: [...READ, 'Key'],
  ListTables: ['ExclusiveStartTableName', 'Limit'],
  Query: [...LIST, 'KeyConditionExpression', 'ScanIndexForward'],
  Scan: LIST,
}
const CREATE = ['TableName', 'KeySchema', 'AttributeDefinitions', 'BillingMode']
const WRITES: Readonly<Record<string, readonly string[]>> = {
  PutItem: [...WRITE, 'Item'],
  UpdateItem: [...WRITE, 'Key', 'UpdateExpression'],
  DeleteItem: [...WRITE, 'Key'],
}

/**
 * DynamoDB with the tables given, which are made if they are not there, and what an operator makes beside them.
 *
 * Adds to the embedded database the item of a failed condition, and expiry.
 */
export async function startDynamoDb(
  stackTables: readonly TableDefinition[],
  folder?: string,
): Promise<DynamoDb> {
  const tables = [...stackTables]
  const database = await startEmbeddedDatabase(folder)
  const lock = keyLock()
  try {
    for (const table of tables) await createTable(database, table)
  } catch (error) {
    await database.close()
    throw error
  }

  const call = async (action: string, input: Json): Promise<Json> => {
    const { status, json } = await database.call(action, input)
    if (status !== 200) throw errorOf(status, json)
    return json
  }

  const tableOf = (input: Json): TableDefinition => {
    const table = tables.find(({ TableName }) => TableName === input['TableName'])
    if (table) return table
    throw new AwsError(
      'com.amazonaws.dynamodb.v20120810#ResourceNotFoundException',
      'Requested resource not found',
    )
  }

  // Each write of an item takes the item's lock, so that the item given back is the one judged.
  const write = async (action: string, input: Json): Promise<Json> => {
    const { ReturnValuesOnConditionCheckFailure: onFailure, ...rest } = input
    const table = tableOf(input)
    const Key = keyOf(table, (rest['Key'] ?? rest['Item'] ?? {}) as Json)
    return lock(lockName(table, Key), async () => {
      const { status, json } = await database.call(action, rest)
      if (status === 200) return json
      const error = errorOf(status, json)
      if (onFailure !== 'ALL_OLD' || !error.type.endsWith('#ConditionalCheckFailedException')) {
        throw error
      }
      const { Item } = await call('GetItem', {
        TableName: table.TableName,
        Key,
        ConsistentRead: true,
      })
      throw new AwsError(error.type, error.message, {
        fields: { ...(Item !== undefined && { Item }) },
      })
    })
  }

  const service: AwsService = {
    ...operations(READS, call),
    ...operations(WRITES, write),
    ...operations({ CreateTable: CREATE }, async (_action, { BillingMode: _, ...input }) => {
      const table = input as unknown as TableDefinition
      const TableDescription = await createTable(database, table)
      tables.push(table)
      return { TableDescription }
    }),
  }

  return {
    service,
    async expireItems() {
      let count = 0
      for (const table of tables) count += await expire(table, write, call)
      return count
    },
    close: () => database.close(),
  }
}

function operations(
  parameters: Readonly<Record<string, readonly string[]>>,
  serve: (action: string, input: Json) => Promise<Json>,
): AwsService {
  return Object.fromEntries(
    Object.entries(parameters).map(([action, known]) => [
      action,
      async (input) => {
        const unknown = Object.keys(input).filter((name) => !known.includes(name))
        if (unknown.length === 0) return serve(action, input)
        throw new AwsError(
          'com.amazon.coral.validate#ValidationException',
          `The local runtime does not serve ${unknown.join(', ')} of ${action}`,
        )
      },
    ]),
  )
}

async function createTable(database: EmbeddedDatabase, table: TableDefinition) {
  const { timeToLive: _, ...input } = table
  const { status, json } = await database.call('CreateTable', {
    ...input,
    BillingMode: 'PAY_PER_REQUEST',
  })
  const error = status === 200 ? undefined : errorOf(status, json)
  // Kept from an earlier run, whose template may have been another.
  const isKept = error?.type.endsWith('#ResourceInUseException') ?? false
  if (error && !isKept) throw error
  const made = await activeTable(database, table.TableName)
  if (isKept && shapeOf(made) !== shapeOf(table)) {
    throw new Error(
      `${table.TableName} was kept with other keys or indexes than the template has now: start without what was kept`,
    )
  }
  return made
}

/** As on AWS a table is there some time after it was made; on disk that can be seen. */
async function activeTable(database: EmbeddedDatabase, TableName: string) {
  for (let wait = 1; wait < MOST_WAIT_MS; wait *= 2) {
    const { json } = await database.call('DescribeTable', { TableName })
    const table = json['Table'] as TableDefinition & { readonly TableStatus: string }
    if (table.TableStatus === 'ACTIVE') return table
    await setTimeout(wait)
  }
  throw new Error(`${TableName} was made, and does not become active`)
}

/** What of a table cannot be changed here once it is made. */
function shapeOf({
  KeySchema,
  AttributeDefinitions,
  GlobalSecondaryIndexes = [],
}: TableDefinition) {
  const byName = <One extends { readonly AttributeName: string }>(some: readonly One[]) =>
    some.toSorted((one, other) => one.AttributeName.localeCompare(other.AttributeName))
  return JSON.stringify([
    KeySchema.map(({ AttributeName, KeyType }) => [AttributeName, KeyType]),
    byName(AttributeDefinitions).map((one) => [one.AttributeName, one.AttributeType]),
    GlobalSecondaryIndexes.map(({ IndexName, KeySchema: keys, Projection }) => [
      IndexName,
      keys.map(({ AttributeName, KeyType }) => [AttributeName, KeyType]),
      Projection.ProjectionType,
      (Projection.NonKeyAttributes ?? []).toSorted(),
    ]).sort(),
  ])
}

/** Deletes expired items under the condition that they still are: a write may have come between. */
async function expire(
  table: TableDefinition,
  write: (action: string, input: Json) => Promise<Json>,
  call: (action: string, input: Json) => Promise<Json>,
): Promise<number> {
  if (!table.timeToLive) return 0
  const expired = {
    ExpressionAttributeNames: { '#expiresAt': table.timeToLive },
    ExpressionAttributeValues: { ':now': { N: String(Math.floor(Date.now() / 1000)) } },
  }
  let count = 0
  let ExclusiveStartKey: unknown
  do {
    const page = await call('Scan', {
      TableName: table.TableName,
      FilterExpression: '#expiresAt < :now',
      ...expired,
      ...(ExclusiveStartKey !== undefined && { ExclusiveStartKey }),
    })
    const items = (page['Items'] ?? []) as Json[]
    for (const item of items) {
      await write('DeleteItem', {
        TableName: table.TableName,
        Key: keyOf(table, item),
        ConditionExpression: '#expiresAt < :now',
        ...expired,
      }).catch(ignoreFailedCondition)
    }
    count += items.length
    ExclusiveStartKey = page['LastEvaluatedKey']
  } while (ExclusiveStartKey !== undefined)
  return count
}

function ignoreFailedCondition(error: unknown): void {
  if (error instanceof AwsError && error.type.endsWith('#ConditionalCheckFailedException')) return
  throw error
}

function keyOf(table: TableDefinition, item: Json): Json {
  return Object.fromEntries(
    table.KeySchema.map(({ AttributeName }) => [AttributeName, item[AttributeName]]),
  )
}

function lockName(table: TableDefinition, key: Json): string {
  return JSON.stringify([table.TableName, key])
}

function errorOf(status: number, json: Json): AwsError {
  return new AwsError(String(json['__type']), String(json['message'] ?? ''), { status })
}
