import { describe } from 'vitest'
import { dynamodbEndingSessions } from '#adapters/dynamodb/ending-sessions.ts'
import { dynamodbSessionStore } from '#adapters/dynamodb/session-store.ts'
import { endingSessionsContract } from './ending-sessions.contract.ts'
import { createTables } from './local-aws.ts'

describe('dynamodbEndingSessions', () => {
  endingSessionsContract(async () => {
    const { documents, sessions: tableName } = await createTables()
    const options = { documents, tableName }
    return { sessions: dynamodbSessionStore(options), endings: dynamodbEndingSessions(options) }
  })
})
