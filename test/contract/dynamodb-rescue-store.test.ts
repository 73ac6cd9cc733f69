import { describe } from 'vitest'
import { dynamodbRescueStore } from '#adapters/dynamodb/rescue-store.ts'
import { createTables } from './local-aws.ts'
import { rescueStoreContract } from './rescue-store.contract.ts'

describe('dynamodbRescueStore', () => {
  rescueStoreContract(async (now) => {
    const { documents, launches: tableName } = await createTables()
    return dynamodbRescueStore({ documents, tableName, now })
  })
})
