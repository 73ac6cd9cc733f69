import { describe, expect, it } from 'vitest'
import { dynamodbConnectionHealth } from '#adapters/dynamodb/connection-health.ts'
import { NOW } from '../fixtures.ts'
import { connectionHealthContract } from './connection-health.contract.ts'
import { createTables } from './local-aws.ts'
import { loseFirstAnswers } from './lost-answer.ts'

describe('dynamodbConnectionHealth', () => {
  connectionHealthContract(async (now) => {
    const { documents, launches: tableName } = await createTables()
    return dynamodbConnectionHealth({ documents, tableName, now })
  })

  it('takes a write that the SDK repeated for the change that it was', async () => {
    const { documents, launches: tableName } = await createTables()
    const health = dynamodbConnectionHealth({
      documents: loseFirstAnswers(documents),
      tableName,
      now: () => NOW,
    })

    expect(await health.note('general', true)).toBe(true)
    expect(await health.note('general', false)).toBe(true)
  })
})
