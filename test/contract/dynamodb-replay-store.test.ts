import { ScanCommand } from '@aws-sdk/lib-dynamodb'
import { describe, expect, it } from 'vitest'
import { dynamodbReplayStore } from '#adapters/dynamodb/replay-store.ts'
import { NOW } from '../fixtures.ts'
import { createTables } from './local-aws.ts'
import { loseFirstAnswers } from './lost-answer.ts'
import { replayStoreContract } from './replay-store.contract.ts'

describe('dynamodbReplayStore', () => {
  replayStoreContract(async () => {
    const { documents, launches: tableName } = await createTables()
    return dynamodbReplayStore({ documents, tableName })
  })

  it('does not count its own repeated write as a replay', async () => {
    const { documents, launches: tableName } = await createTables()
    const store = dynamodbReplayStore({ documents: loseFirstAnswers(documents), tableName })

    expect(await store.markSeen('client', 'jti', NOW + 300)).toBe(true)
    expect(await store.markSeen('client', 'jti', NOW + 300)).toBe(false)
  })

  it('keeps a marker under its prefix until its time, and the id itself nowhere', async () => {
    const { documents, launches: tableName } = await createTables()

    await dynamodbReplayStore({ documents, tableName }).markSeen('client', 'the-jti', NOW + 300)

    const { Items = [] } = await documents.send(new ScanCommand({ TableName: tableName }))
    expect(Items).toMatchObject([
      { id: expect.stringMatching(/^replay#[\w-]{43}$/), expiresAt: NOW + 300 },
    ])
    expect(JSON.stringify(Items)).not.toContain('the-jti')
  })
})
