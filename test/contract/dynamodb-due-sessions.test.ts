import { describe, expect, it } from 'vitest'
import { dynamodbDueSessions } from '#adapters/dynamodb/due-sessions.ts'
import { dynamodbSessionStore } from '#adapters/dynamodb/session-store.ts'
import { aSession, NOW } from '../fixtures.ts'
import { dueSessionsContract, keyInShard } from './due-sessions.contract.ts'
import { createTables } from './local-aws.ts'

async function setup() {
  const { aws, documents, sessions: tableName } = await createTables()
  const options = { documents, tableName }
  return {
    aws,
    sessions: dynamodbSessionStore(options),
    due: dynamodbDueSessions(options),
  }
}

describe('dynamodbDueSessions', () => {
  dueSessionsContract(setup)

  it('asks each shard once where nothing is due, and never scans', async () => {
    const { aws, sessions, due } = await setup()
    for (let serial = 0; serial < 200; serial += 1) {
      const id = keyInShard(serial % 16, serial)
      await sessions.create(aSession({ id, refreshDueAt: NOW + 1 + serial, renewAhead: true }))
    }
    const before = aws.calls.length

    for (let shard = 0; shard < 16; shard += 1) {
      expect(await due.page(shard, { until: NOW, limit: 100 })).toEqual({
        sessions: [],
        next: undefined,
      })
    }

    expect(aws.calls.slice(before).map(({ action }) => action)).toEqual(Array(16).fill('Query'))
  })
})
