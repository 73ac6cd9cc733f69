import { ConditionalCheckFailedException } from '@aws-sdk/client-dynamodb'
import { type DynamoDBDocumentClient, paginateScan, UpdateCommand } from '@aws-sdk/lib-dynamodb'
import type { Session } from '#core/session/session-store.ts'
import { sessionItemKey } from './session-item.ts'

/** What sealing a session's tokens anew takes. */
export type SealedSession = Pick<
  Session,
  'id' | 'connection' | 'tokenVersion' | 'sealedTokens' | 'expiresAt'
>

/** The ciphertexts of all sessions, to be sealed anew. */
export interface SealedSessions {
  /** All of them, by a scan of the table. */
  all(): AsyncIterable<SealedSession>
  /**
   * Puts the same tokens' other ciphertext in place of the one that was read: only while the row has
   * that one still, and nobody is renewing them. The holder of a lease writes what it got under a
   * condition of its own, which this leaves as it is. `false` if it was not so.
   */
  replace(session: SealedSession, resealed: Uint8Array): Promise<boolean>
}

/** The Sessions table. It needs `Scan` and `UpdateItem`. */
export function dynamodbSealedSessions({
  documents,
  tableName: TableName,
}: {
  readonly documents: DynamoDBDocumentClient
  readonly tableName: string
}): SealedSessions {
  return {
    async *all() {
      const pages = paginateScan(
        { client: documents },
        {
          TableName,
          ProjectionExpression: 'id, #connection, tokenVersion, sealedTokens, expiresAt',
          ExpressionAttributeNames: { '#connection': 'connection' },
          ConsistentRead: true,
        },
      )
      for await (const { Items = [] } of pages) yield* Items as SealedSession[]
    },

    async replace({ id, tokenVersion, sealedTokens }, resealed) {
      try {
        await documents.send(
          new UpdateCommand({
            TableName,
            Key: sessionItemKey(id),
            UpdateExpression: 'SET sealedTokens = :resealed',
            // A repetition by the SDK, whose first answer was lost, finds what it wrote itself.
            ConditionExpression: `tokenVersion = :version AND attribute_not_exists(leaseOwner)
              AND (sealedTokens = :sealed OR sealedTokens = :resealed)`,
            ExpressionAttributeValues: {
              ':resealed': resealed,
              ':version': tokenVersion,
              ':sealed': sealedTokens,
            },
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
