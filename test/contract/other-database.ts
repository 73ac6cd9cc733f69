import { randomUUID } from 'node:crypto'
import {
  CreateTableCommand,
  type CreateTableCommandInput,
  DynamoDBClient,
} from '@aws-sdk/client-dynamodb'
import { inject, onTestFinished, TestRunner } from 'vitest'
import { DYNAMODB_LOCAL_CLIENT } from '../support/dynamodb-local.ts'
import { TABLES } from './tables.ts'

/**
 * Fresh tables in the database that the run is over, if it is over another than the embedded one;
 * skips the test where that is missing.
 */
export async function otherDatabase() {
  const given = inject('dynamodbLocal')
  if (given === undefined) return undefined
  if ('missing' in given) {
    TestRunner.getCurrentTest()?.context.skip(`DynamoDB Local: ${given.missing}`)
    throw new Error('unreachable: the test is skipped')
  }

  const database = new DynamoDBClient({ ...DYNAMODB_LOCAL_CLIENT, endpoint: given.endpoint })
  onTestFinished(() => database.destroy())
  const run = randomUUID()
  const nameOf = (table: string) => `${table}-${run}`
  for (const { TableName, timeToLive: _, ...definition } of TABLES) {
    await database.send(
      new CreateTableCommand({
        ...definition,
        TableName: nameOf(TableName),
        BillingMode: 'PAY_PER_REQUEST',
      } as CreateTableCommandInput),
    )
  }
  return {
    database,
    launches: nameOf('launches'),
    sessions: nameOf('sessions'),
    registry: nameOf('registry'),
  }
}
