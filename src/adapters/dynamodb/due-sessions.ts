import { ConditionalCheckFailedException } from '@aws-sdk/client-dynamodb'
import {
  type DynamoDBDocumentClient,
  QueryCommand,
  UpdateCommand,
  type UpdateCommandInput,
} from '@aws-sdk/lib-dynamodb'
import { SESSIONS_TABLE } from '#contract/tables.ts'
import type { DueSessions } from '#core/refresher/due-sessions.ts'
import { type SessionItem, sessionItemKey } from './session-item.ts'

const { name: IndexName, partitionKey, sortKey } = SESSIONS_TABLE.dueIndex
const NAMES = { '#shard': partitionKey, '#due': sortKey }

/**
 * The due index of the Sessions table. It needs `Query` on the index and `UpdateItem` on the table.
 *
 * The time is a condition on the index's key, so that what is not due yet is not read: a shard where
 * nothing is due costs one request, of the least size that DynamoDB counts.
 */
export function dynamodbDueSessions({
  documents,
  tableName: TableName,
}: {
  readonly documents: DynamoDBDocumentClient
  readonly tableName: string
}): DueSessions {
  /** Changes a row, if it stands as its condition demands. */
  async function change(
    id: string,
    update: Omit<UpdateCommandInput, 'TableName' | 'Key'>,
  ): Promise<void> {
    try {
      await documents.send(new UpdateCommand({ TableName, Key: sessionItemKey(id), ...update }))
    } catch (error) {
      if (!(error instanceof ConditionalCheckFailedException)) throw error
    }
  }

  return {
    async page(shard, { until, limit, from }) {
      const { Items = [], LastEvaluatedKey } = await documents.send(
        new QueryCommand({
          TableName,
          IndexName,
          KeyConditionExpression: '#shard = :shard AND #due <= :until',
          ExpressionAttributeNames: NAMES,
          ExpressionAttributeValues: { ':shard': shard, ':until': until },
          Limit: limit,
          ...(from && { ExclusiveStartKey: from }),
        }),
      )
      return {
        sessions: (Items as Required<Pick<SessionItem, 'id' | 'dueAt'>>[]).map(({ id, dueAt }) => ({
          id,
          dueAt,
        })),
        next: LastEvaluatedKey,
      }
    },

    postpone: ({ id, dueAt }, until) =>
      change(id, {
        UpdateExpression: 'SET #due = :until',
        // One that was ended is due since then, and stays so.
        ConditionExpression: '#due = :due AND #status = :active AND attribute_exists(#shard)',
        ExpressionAttributeNames: { ...NAMES, '#status': 'status' },
        ExpressionAttributeValues: { ':due': dueAt, ':until': until, ':active': 'active' },
      }),

    drop: ({ id, dueAt }) =>
      change(id, {
        UpdateExpression: 'REMOVE #shard, #due',
        // Fails for a row that is gone, which an update without condition would make.
        ConditionExpression: '#due = :due',
        ExpressionAttributeNames: NAMES,
        ExpressionAttributeValues: { ':due': dueAt },
      }),
  }
}
