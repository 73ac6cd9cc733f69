import { createHash, randomUUID } from 'node:crypto'
import { ConditionalCheckFailedException } from '@aws-sdk/client-dynamodb'
import { type DynamoDBDocumentClient, PutCommand } from '@aws-sdk/lib-dynamodb'
import { LAUNCHES_PREFIX } from '#contract/tables.ts'
import type { ReplayStore } from '#core/replay-store.ts'

export interface DynamodbReplayStoreOptions {
  readonly documents: DynamoDBDocumentClient
  /** The Launches table. */
  readonly tableName: string
}

/**
 * Replay markers in the Launches table. A marker counts as long as it is there, so past its time
 * too: a caller whose clock is ahead of ours gains nothing by it.
 */
export function dynamodbReplayStore(options: DynamodbReplayStoreOptions): ReplayStore {
  const { documents, tableName } = options

  return {
    async markSeen(scope, id, expiresAt) {
      // The SDK repeats a write whose answer was lost; its own marker must not count against it.
      const nonce = randomUUID()
      try {
        await documents.send(
          new PutCommand({
            TableName: tableName,
            Item: { id: markerKey(scope, id), nonce, expiresAt },
            ConditionExpression: 'attribute_not_exists(id) OR nonce = :nonce',
            ExpressionAttributeValues: { ':nonce': nonce },
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

/** Hashed, because an id is as long as its sender likes; as JSON, so that no two pairs are alike. */
function markerKey(scope: string, id: string): string {
  const hash = createHash('sha256')
    .update(JSON.stringify([scope, id]))
    .digest('base64url')
  return `${LAUNCHES_PREFIX.replay}${hash}`
}
