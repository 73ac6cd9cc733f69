import { type AttributeValue, ConditionalCheckFailedException } from '@aws-sdk/client-dynamodb'
import { type DynamoDBDocumentClient, PutCommand, UpdateCommand } from '@aws-sdk/lib-dynamodb'
import type { OfLaunch, OneTimeKind, OneTimeStore } from '#core/launch/one-time-store.ts'
import type { Clock } from '#core/time.ts'
import { fromOneTimeItem, type OneTimeItem, oneTimeKey, toOneTimeItem } from './one-time-item.ts'

export interface DynamodbOneTimeStoreOptions {
  readonly documents: DynamoDBDocumentClient
  /** The Launches table. */
  readonly tableName: string
  readonly kind: OneTimeKind
  readonly now: Clock
}

/** Stands in for the hashes of a request without cookies; no SHA-256 in base64url is this short. */
const NO_HASH = 'none'

/**
 * Launches or tickets in the Launches table. It needs `PutItem` and `UpdateItem`, and never reads:
 * a refusal is told by the item that a failed condition returns.
 */
export function dynamodbOneTimeStore<Clear extends OfLaunch>(
  options: DynamodbOneTimeStoreOptions,
): OneTimeStore<Clear> {
  const { documents, tableName, kind, now } = options

  return {
    async put(keyHash, record) {
      // The SDK repeats a write whose answer was lost. A ciphertext has a random IV, so the same
      // one is the same put; a delayed repetition must not free what was taken meanwhile.
      await documents.send(
        new PutCommand({
          TableName: tableName,
          Item: toOneTimeItem(oneTimeKey(kind, keyHash), record),
          ConditionExpression:
            'attribute_not_exists(id) OR (sealed = :sealed AND attribute_not_exists(takenBy))',
          ExpressionAttributeValues: { ':sealed': record.sealed },
        }),
      )
    },

    async take(keyHash, { nonce, cookieHashes }) {
      const hashes = cookieHashes.length > 0 ? cookieHashes : [NO_HASH]
      const hashValues = Object.fromEntries(hashes.map((hash, index) => [`:hash${index}`, hash]))
      const time = now()
      try {
        const { Attributes } = await documents.send(
          new UpdateCommand({
            TableName: tableName,
            Key: oneTimeKey(kind, keyHash),
            UpdateExpression: 'SET takenBy = :nonce',
            // TTL deletes late, by days at times, so expiry is judged here.
            ConditionExpression: `cookieHash IN (${Object.keys(hashValues).join(', ')})
              AND expiresAt > :now AND (attribute_not_exists(takenBy) OR takenBy = :nonce)`,
            ExpressionAttributeValues: { ...hashValues, ':now': time, ':nonce': nonce },
            ReturnValues: 'ALL_NEW',
            ReturnValuesOnConditionCheckFailure: 'ALL_OLD',
          }),
        )
        return fromOneTimeItem(Attributes as OneTimeItem<Clear>)
      } catch (error) {
        if (!(error instanceof ConditionalCheckFailedException)) throw error
        const launchId = error.Item?.['clear']?.M?.['launchId']?.S
        return {
          refused: refusal(error.Item, hashes, time),
          ...(launchId !== undefined && { launchId }),
        }
      }
    },

    async spend(keyHash) {
      try {
        await documents.send(
          new UpdateCommand({
            TableName: tableName,
            Key: oneTimeKey(kind, keyHash),
            UpdateExpression: 'REMOVE sealed',
            // An update creates what is missing; a row deleted meanwhile stays deleted.
            ConditionExpression: 'attribute_exists(takenBy)',
          }),
        )
      } catch (error) {
        if (!(error instanceof ConditionalCheckFailedException)) throw error
      }
    },
  }
}

/** Why the condition of a take failed, from the item that made it fail (as the wire has it). */
function refusal(
  item: Record<string, AttributeValue> | undefined,
  hashes: readonly string[],
  time: number,
) {
  if (!item) return 'unknown'
  if (item['takenBy']) return 'used'
  if (!hashes.includes(item['cookieHash']?.S ?? '')) return 'browser_mismatch'
  return Number(item['expiresAt']?.N) > time ? 'unknown' : 'expired'
}
