import { ConditionalCheckFailedException } from '@aws-sdk/client-dynamodb'
import { type DynamoDBDocumentClient, UpdateCommand } from '@aws-sdk/lib-dynamodb'
import { SESSIONS_TABLE } from '#contract/tables.ts'
import { type Clock, systemClock } from '#core/time.ts'
import { dueShard, sessionItemKey } from './session-item.ts'

const { partitionKey, sortKey } = SESSIONS_TABLE.dueIndex

/**
 * Ends a session for every reader, and makes it due, so that the refresher removes it and its tokens;
 * does nothing to one that is gone. It asks nothing of the row back: the function that uses it may
 * change these attributes and see no token.
 */
export function dynamodbEndSession({
  documents,
  tableName,
  now = systemClock,
}: {
  readonly documents: DynamoDBDocumentClient
  readonly tableName: string
  readonly now?: Clock
}) {
  return async (id: string): Promise<void> => {
    try {
      await documents.send(
        new UpdateCommand({
          TableName: tableName,
          Key: sessionItemKey(id),
          UpdateExpression: `SET #status = :ending, ${sortKey} = :now, ${partitionKey} = :shard`,
          // An update creates what is missing, and a session that is gone stays gone.
          ConditionExpression: 'attribute_exists(id)',
          ExpressionAttributeNames: { '#status': 'status' },
          ExpressionAttributeValues: {
            ':ending': 'ending',
            ':now': now(),
            ':shard': dueShard(id),
          },
        }),
      )
    } catch (error) {
      if (!(error instanceof ConditionalCheckFailedException)) throw error
    }
  }
}
