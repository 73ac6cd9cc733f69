import { randomBytes } from 'node:crypto'
import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { DynamoDBClient } from '@aws-sdk/client-dynamodb'
import { DynamoDBDocumentClient } from '@aws-sdk/lib-dynamodb'
import { dynamodbDueSessions } from '#adapters/dynamodb/due-sessions.ts'
import { SESSIONS_TABLE } from '#contract/tables.ts'
import { sweep } from '#core/refresher/sweep.ts'
import { systemPace } from '#core/tokens/pace.ts'
import type { TableDefinition } from '#local/aws/dynamodb.ts'
import { startEmbeddedDatabase } from '#local/aws/embedded-database.ts'
import { startAwsEndpoint } from '#local/aws-endpoint.ts'
import { NOW } from '../test/fixtures.ts'
import { refresherWorld } from '../test/support/refresher-world.ts'
import type { Bench } from './figure.ts'

const UPSTREAM_MS = 150
const CONCURRENCY = 50
const DUE = 2_000
const STORED = 100_000
const SHARDS = SESSIONS_TABLE.dueIndex.shards

/**
 * One run of the refresher: how near it comes to what its concurrency allows while the EHR takes its
 * time, and what a run costs where much is stored and nothing is due.
 */
export const bench: Bench = async function* () {
  const { seconds, summary, presented } = await renewAll()
  const ideal = (DUE / CONCURRENCY) * (UPSTREAM_MS / 1_000)
  yield {
    name: `sessions renewed of ${DUE}`,
    value: summary.renewed,
    unit: 'sessions',
    bar: { atLeast: DUE },
  }
  yield { name: 'refresh tokens presented', value: presented, unit: 'calls', bar: { atMost: DUE } }
  yield { name: 'renewed a second', value: DUE / seconds, unit: 'sessions/s' }
  yield {
    name: `of what ${CONCURRENCY} at once allow at ${UPSTREAM_MS} ms upstream`,
    value: ideal / seconds,
    unit: 'ratio',
    bar: { atLeast: 0.9 },
  }

  const { requests, scanned } = await idleRun()
  yield {
    name: `requests of a run over ${STORED} sessions of which none is due`,
    value: requests,
    unit: 'calls',
    bar: { atMost: SHARDS },
  }
  yield { name: 'items that they read', value: scanned, unit: 'items', bar: { atMost: 0 } }
}

/** Stores in memory, so that what is measured is the run and not a database. */
async function renewAll() {
  const rows = Array.from({ length: DUE }, (_, index) => ({ id: `a-${index}` }))
  const { deps, instance } = await refresherWorld(rows)
  let presented = 0
  const tokens = instance({
    pace: systemPace,
    async refreshGrant({ tokens: before }) {
      presented += 1
      await new Promise((resolve) => setTimeout(resolve, UPSTREAM_MS))
      return {
        kind: 'granted',
        tokens: before,
        issuedAt: NOW,
        expiresAt: NOW + 3_600,
        scopes: [],
      }
    },
  })
  const monotonicMs = () => performance.now()
  const startedMs = monotonicMs()
  const summary = await sweep(
    { firstShard: 0, lastShard: 0, concurrency: CONCURRENCY, remainingMs: () => 90_000 },
    { ...deps, tokens, monotonicMs },
  )
  return { summary, presented, seconds: (monotonicMs() - startedMs) / 1_000 }
}

/** DynamoDB's own word for what a run looks at: the items that its queries read, before any filter. */
async function idleRun() {
  const folder = mkdtempSync(join(tmpdir(), 'sallyport-bench-'))
  try {
    await storeSessions(join(folder, 'dynamodb'))
    const aws = await startAwsEndpoint({ tables: [TABLE], stateFolder: folder })
    try {
      const { endpoint, region } = aws
      const credentials = aws.credentials('bench')
      const client = new DynamoDBClient({ endpoint, region, credentials })
      const documents = DynamoDBDocumentClient.from(client)
      let scanned = 0
      documents.middlewareStack.add(
        (next) => async (input) => {
          const result = await next(input)
          scanned += Number((result.output as { readonly ScannedCount?: number }).ScannedCount)
          return result
        },
        { step: 'initialize' },
      )
      const { deps } = await refresherWorld()
      const due = dynamodbDueSessions({ documents, tableName: TABLE.TableName })
      const before = aws.calls.length
      await sweep(
        {
          firstShard: 0,
          lastShard: SHARDS - 1,
          concurrency: CONCURRENCY,
          remainingMs: () => 90_000,
        },
        { ...deps, due },
      )
      client.destroy()
      return { requests: aws.calls.length - before, scanned }
    } finally {
      await aws.close()
    }
  } finally {
    rmSync(folder, { recursive: true, force: true })
  }
}

const { partitionKey, dueIndex } = SESSIONS_TABLE
const attribute = (AttributeName: string, AttributeType: string) => ({
  AttributeName,
  AttributeType,
})
const key = (AttributeName: string, KeyType: string) => ({ AttributeName, KeyType })
const TABLE: TableDefinition = {
  TableName: 'sessions',
  KeySchema: [key(partitionKey, 'HASH')],
  AttributeDefinitions: [
    attribute(partitionKey, 'S'),
    attribute(dueIndex.partitionKey, 'N'),
    attribute(dueIndex.sortKey, 'N'),
  ],
  GlobalSecondaryIndexes: [
    {
      IndexName: dueIndex.name,
      KeySchema: [key(dueIndex.partitionKey, 'HASH'), key(dueIndex.sortKey, 'RANGE')],
      Projection: { ProjectionType: 'KEYS_ONLY' },
    },
  ],
}

/** Rows with what the index is made of, all due later, past the endpoint: it takes one at a time. */
async function storeSessions(folder: string): Promise<void> {
  const database = await startEmbeddedDatabase(folder)
  try {
    await database.call('CreateTable', { ...TABLE, BillingMode: 'PAY_PER_REQUEST' })
    await new Promise((resolve) => setTimeout(resolve, 100))
    for (let stored = 0; stored < STORED; stored += 25) {
      const requests = Array.from({ length: 25 }, (_, index) => ({
        PutRequest: {
          Item: {
            [partitionKey]: { S: randomBytes(32).toString('base64url') },
            [dueIndex.partitionKey]: { N: String((stored + index) % SHARDS) },
            [dueIndex.sortKey]: { N: String(NOW + 61 + stored + index) },
          },
        },
      }))
      const { status } = await database.call('BatchWriteItem', {
        RequestItems: { [TABLE.TableName]: requests },
      })
      if (status !== 200) throw new Error(`BatchWriteItem: ${status}`)
    }
  } finally {
    await database.close()
  }
}
