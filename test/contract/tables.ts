import { LAUNCHES_TABLE, REGISTRY_TABLE, SESSIONS_TABLE } from '#contract/tables.ts'
import type { TableDefinition } from '#local/aws/dynamodb.ts'

/** The three tables as the stack makes them. */
export const TABLES: readonly TableDefinition[] = [
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
]

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
