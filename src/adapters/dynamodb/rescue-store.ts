import { type DynamoDBDocumentClient, GetCommand, PutCommand } from '@aws-sdk/lib-dynamodb'
import { LAUNCHES_PREFIX, LAUNCHES_TABLE } from '#contract/tables.ts'
import type { RenewedTokens } from '#core/session/session-store.ts'
import type { Clock } from '#core/time.ts'
import { RESCUE_LIFETIME_SECONDS, type RescueStore } from '#core/tokens/rescue-store.ts'

export interface DynamodbRescueStoreOptions {
  readonly documents: DynamoDBDocumentClient
  /** The Launches table. */
  readonly tableName: string
  readonly now: Clock
}

type RescueItem = RenewedTokens & { readonly id: string; readonly expiresAt: number }

/** Rescued tokens in the Launches table. It needs `GetItem` and `PutItem`. */
export function dynamodbRescueStore(options: DynamodbRescueStoreOptions): RescueStore {
  const { documents, tableName: TableName, now } = options

  return {
    async put(session, attempt, tokens) {
      const item = {
        ...rescueKey(session, attempt),
        ...tokens,
        [LAUNCHES_TABLE.timeToLive]: now() + RESCUE_LIFETIME_SECONDS,
      }
      await documents.send(new PutCommand({ TableName, Item: item }))
    },

    async find(session, attempt) {
      const { Item } = await documents.send(
        new GetCommand({ TableName, Key: rescueKey(session, attempt), ConsistentRead: true }),
      )
      if (!Item) return undefined
      const { id, expiresAt, ...tokens } = Item as RescueItem
      return expiresAt > now() ? tokens : undefined
    },
  }
}

function rescueKey(session: string, attempt: string) {
  return { [LAUNCHES_TABLE.partitionKey]: `${LAUNCHES_PREFIX.rescue}${session}#${attempt}` }
}
