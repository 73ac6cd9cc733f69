import { ConditionalCheckFailedException } from '@aws-sdk/client-dynamodb'
import { type DynamoDBDocumentClient, PutCommand, paginateScan } from '@aws-sdk/lib-dynamodb'
import { isSystemTokens } from '#core/system-access/system-tokens-row.ts'
import { type Clock, systemClock } from '#core/time.ts'
import { dueShard, type SessionItem } from './session-item.ts'

/** A restored copy of the Sessions table, whose sessions are to be over. */
export interface RestoredSessions {
  /** All of them, by a scan of the copy. */
  all(): AsyncIterable<SessionItem>
  /**
   * Puts one into the stack's own table as ending and due, so that no reader takes it for alive and
   * the refresher revokes its tokens. `false` where a row of it is there: that one is newer.
   */
  putEnding(session: SessionItem): Promise<boolean>
}

/** It needs `Scan` on the copy, and `PutItem` on the Sessions table. */
export function dynamodbRestoredSessions({
  documents,
  copyName,
  tableName,
  now = systemClock,
}: {
  readonly documents: DynamoDBDocumentClient
  readonly copyName: string
  /** The Sessions table. */
  readonly tableName: string
  readonly now?: Clock
}): RestoredSessions {
  return {
    async *all() {
      const pages = paginateScan(
        { client: documents },
        { TableName: copyName, ConsistentRead: true },
      )
      for await (const { Items = [] } of pages) {
        // A connection's own tokens are got anew by whoever needs them.
        yield* (Items as SessionItem[]).filter(({ id }) => !isSystemTokens(id))
      }
    },

    async putEnding({ leaseOwner: _owner, leaseUntil: _until, ...session }) {
      const ending = {
        ...session,
        status: 'ending',
        dueAt: now(),
        dueShard: dueShard(session.id),
      } as const satisfies SessionItem
      try {
        await documents.send(
          new PutCommand({
            TableName: tableName,
            Item: ending,
            ConditionExpression: 'attribute_not_exists(id)',
          }),
        )
        return true
      } catch (error) {
        if (error instanceof ConditionalCheckFailedException) return false
        throw error
      }
    },
  }
}
