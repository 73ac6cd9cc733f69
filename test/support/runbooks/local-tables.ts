import { CreateTableCommand, DynamoDBClient } from '@aws-sdk/client-dynamodb'
import {
  DeleteCommand,
  DynamoDBDocumentClient,
  PutCommand,
  paginateScan,
} from '@aws-sdk/lib-dynamodb'
import type { LocalStack } from '#local/local-stack.ts'

type Row = Record<string, unknown>

/** What the tables held at a time: the backup, from which copies are restored. */
const kept = new Map<string, readonly Row[]>()

/** The tables of a stack that runs here, for whoever may do everything with them. */
export function localTables({ aws, operator }: Pick<LocalStack, 'aws' | 'operator'>) {
  const { endpoint, region } = aws
  const client = new DynamoDBClient({ endpoint, region, credentials: operator })
  const documents = DynamoDBDocumentClient.from(client)

  async function rows(TableName: string): Promise<readonly Row[]> {
    const all: Row[] = []
    for await (const { Items = [] } of paginateScan({ client: documents }, { TableName })) {
      all.push(...Items)
    }
    return all
  }
  async function put(TableName: string, items: readonly Row[]): Promise<void> {
    for (const Item of items) await documents.send(new PutCommand({ TableName, Item }))
  }

  return {
    rows,
    put,
    async empty(TableName: string): Promise<void> {
      for (const { id } of await rows(TableName)) {
        await documents.send(new DeleteCommand({ TableName, Key: { id } }))
      }
    },
    /** What a recovery to this moment will find. */
    remember: async (TableName: string): Promise<void> => {
      kept.set(TableName, await rows(TableName))
    },
    /** Makes a table of what another one held. */
    async restore(source: string, TableName: string): Promise<void> {
      const found = kept.get(source)
      if (!found) throw new Error(`there is no backup of ${source}`)
      await client.send(
        new CreateTableCommand({
          TableName,
          KeySchema: [{ AttributeName: 'id', KeyType: 'HASH' }],
          AttributeDefinitions: [{ AttributeName: 'id', AttributeType: 'S' }],
          BillingMode: 'PAY_PER_REQUEST',
        }),
      )
      await put(TableName, found)
    },
  }
}

export type LocalTables = ReturnType<typeof localTables>
