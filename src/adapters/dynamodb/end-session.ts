import { ConditionalCheckFailedException } from '@aws-sdk/client-dynamodb'
import { type DynamoDBDocumentClient, UpdateCommand } from '@aws-sdk/lib-dynamodb'
import { sessionItemKey } from './session-item.ts'

/**
 * Ends a session for every reader; does nothing to one that is gone. It asks nothing of the row back:
 * the function that uses it may change the status and see no token.
 */
export function dynamodbEndSession({
  documents,
  tableName,
}: {
  readonly documents: DynamoDBDocumentClient
  readonly tableName: string
}) {
  return async (id: string): Promise<void> => {
    try {
      await documents.send(
        new UpdateCommand({
          TableName: tableName,
          Key: sessionItemKey(id),
          UpdateExpression: 'SET #status = :ending',
          // An update creates what is missing, and a session that is gone stays gone.
          ConditionExpression: 'attribute_exists(id)',
          ExpressionAttributeNames: { '#status': 'status' },
          ExpressionAttributeValues: { ':ending': 'ending' },
        }),
      )
    } catch (error) {
      if (!(error instanceof ConditionalCheckFailedException)) throw error
    }
  }
}
