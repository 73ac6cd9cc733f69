import type { DynamoDBDocumentClient } from '@aws-sdk/lib-dynamodb'
import { describe, expect, it } from 'vitest'
import { dynamodbDueSessions } from '#adapters/dynamodb/due-sessions.ts'
import { dynamodbSessionStore } from '#adapters/dynamodb/session-store.ts'
import { aSession, NOW } from '../fixtures.ts'
import { dueSessionsContract, keyInShard } from './due-sessions.contract.ts'
import { createTables } from './local-aws.ts'

async function setup() {
  const { documents, sessions: tableName } = await createTables()
  const options = { documents, tableName }
  return {
    documents,
    sessions: dynamodbSessionStore(options),
    due: dynamodbDueSessions(options),
  }
}

/** Each command from now on, and how many items DynamoDB says it looked at, before any filter. */
function countScanned(documents: DynamoDBDocumentClient) {
  const scanned: { command: string; count: number }[] = []
  documents.middlewareStack.add(
    (next, { commandName = '' }) =>
      async (input) => {
        const result = await next(input)
        const { ScannedCount = 0 } = result.output as { readonly ScannedCount?: number }
        scanned.push({ command: commandName, count: ScannedCount })
        return result
      },
    { step: 'initialize' },
  )
  return scanned
}

describe('dynamodbDueSessions', () => {
  dueSessionsContract(setup)

  it.each([
    ['nothing', NOW, 0],
    ['some', NOW + 5, 5],
  ])('reads of 160 sessions just what is due, %s, by one query a shard', async (_, until, read) => {
    const { documents, sessions, due } = await setup()
    for (let serial = 0; serial < 160; serial += 1) {
      const id = keyInShard(serial % 16, serial)
      await sessions.create(aSession({ id, dueAt: NOW + 1 + serial }))
    }
    const scanned = countScanned(documents)

    for (let shard = 0; shard < 16; shard += 1) {
      expect((await due.page(shard, { until, limit: 100 })).next).toBeUndefined()
    }

    expect(scanned.map(({ command }) => command)).toEqual(Array(16).fill('QueryCommand'))
    expect(scanned.reduce((sum, { count }) => sum + count, 0)).toBe(read)
  })

  it('reads a page and no more where much is due', async () => {
    const { documents, sessions, due } = await setup()
    for (let serial = 0; serial < 50; serial += 1) {
      const id = keyInShard(3, serial)
      await sessions.create(aSession({ id, dueAt: NOW - serial }))
    }
    const scanned = countScanned(documents)

    expect((await due.page(3, { until: NOW, limit: 20 })).sessions).toHaveLength(20)

    expect(scanned).toEqual([{ command: 'QueryCommand', count: 20 }])
  })
})
