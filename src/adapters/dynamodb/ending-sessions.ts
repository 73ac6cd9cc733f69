import { ConditionalCheckFailedException } from '@aws-sdk/client-dynamodb'
import { DeleteCommand, type DynamoDBDocumentClient, UpdateCommand } from '@aws-sdk/lib-dynamodb'
import { SESSIONS_TABLE } from '#contract/tables.ts'
import type { EndingSessions } from '#core/session/ending-sessions.ts'
import { dueShard, fromSessionItem, type SessionItem, sessionItemKey } from './session-item.ts'

const { partitionKey, sortKey } = SESSIONS_TABLE.dueIndex

/** The end of sessions in the Sessions table. It needs `UpdateItem` and `DeleteItem`. */
export function dynamodbEndingSessions({
  documents,
  tableName: TableName,
}: {
  readonly documents: DynamoDBDocumentClient
  readonly tableName: string
}): EndingSessions {
  return {
    async begin({ id, fence, lastUsedAt }, now, deadOwner) {
      const free = 'attribute_not_exists(leaseOwner)'
      return unlessOtherwise(async () => {
        const { Attributes } = await documents.send(
          new UpdateCommand({
            TableName,
            Key: sessionItemKey(id),
            // A holder that was taken for dead can write no more under another fence.
            UpdateExpression: `SET #status = :ending, ${sortKey} = :now, ${partitionKey} = :shard,
              fence = fence + :one REMOVE leaseOwner, leaseUntil`,
            ConditionExpression: `#status = :active AND fence = :fence AND lastUsedAt = :used AND ${
              deadOwner === undefined ? free : `(${free} OR leaseOwner = :dead)`
            }`,
            ExpressionAttributeNames: { '#status': 'status' },
            ExpressionAttributeValues: {
              ':ending': 'ending',
              ':active': 'active',
              ':now': now,
              ':shard': dueShard(id),
              ':one': 1,
              ':fence': fence,
              ':used': lastUsedAt,
              ...(deadOwner !== undefined && { ':dead': deadOwner }),
            },
            ReturnValues: 'ALL_NEW',
          }),
        )
        return fromSessionItem(Attributes as SessionItem)
      })
    },

    async remove({ id, fence, tokenVersion }) {
      await unlessOtherwise(() =>
        documents.send(
          new DeleteCommand({
            TableName,
            Key: sessionItemKey(id),
            ConditionExpression: '#status = :ending AND fence = :fence AND tokenVersion = :version',
            ExpressionAttributeNames: { '#status': 'status' },
            ExpressionAttributeValues: {
              ':ending': 'ending',
              ':fence': fence,
              ':version': tokenVersion,
            },
          }),
        ),
      )
    },
  }
}

/** What a write answers; `undefined` if the row stands otherwise than its condition demands. */
async function unlessOtherwise<T>(write: () => Promise<T>): Promise<T | undefined> {
  try {
    return await write()
  } catch (error) {
    if (error instanceof ConditionalCheckFailedException) return undefined
    throw error
  }
}
