import { randomUUID } from 'node:crypto'
import { ConditionalCheckFailedException } from '@aws-sdk/client-dynamodb'
import { type DynamoDBDocumentClient, GetCommand, PutCommand } from '@aws-sdk/lib-dynamodb'
import { LAUNCHES_PREFIX, LAUNCHES_TABLE } from '#contract/tables.ts'
import { type ConnectionHealth, HEALTH_LIFETIME_SECONDS } from '#core/events/connection-health.ts'
import type { Clock } from '#core/time.ts'

export interface DynamodbConnectionHealthOptions {
  readonly documents: DynamoDBDocumentClient
  /** The Launches table. */
  readonly tableName: string
  readonly now: Clock
}

interface HealthItem {
  readonly failing: boolean
  readonly expiresAt: number
}

/** Which connections fail, in the Launches table. It needs `GetItem` and `PutItem`. */
export function dynamodbConnectionHealth(
  options: DynamodbConnectionHealthOptions,
): ConnectionHealth {
  const { documents, tableName: TableName, now } = options

  return {
    async note(connection, failing) {
      // The SDK repeats a write whose answer was lost; its own must not count against it.
      const nonce = randomUUID()
      const isWorking = 'attribute_not_exists(id) OR failing = :false OR expiresAt <= :now'
      const isFailing = 'failing = :true AND expiresAt > :now'
      try {
        await documents.send(
          new PutCommand({
            TableName,
            Item: {
              ...healthKey(connection),
              failing,
              nonce,
              [LAUNCHES_TABLE.timeToLive]: now() + HEALTH_LIFETIME_SECONDS,
            },
            ConditionExpression: `(${failing ? isWorking : isFailing}) OR nonce = :nonce`,
            ExpressionAttributeValues: {
              ':nonce': nonce,
              ':now': now(),
              ...(failing ? { ':false': false } : { ':true': true }),
            },
          }),
        )
        return true
      } catch (error) {
        if (error instanceof ConditionalCheckFailedException) return false
        throw error
      }
    },

    async failingSince(connection) {
      const { Item } = await documents.send(
        new GetCommand({ TableName, Key: healthKey(connection) }),
      )
      const { failing, expiresAt } = (Item ?? { failing: false, expiresAt: 0 }) as HealthItem
      return failing && expiresAt > now() ? expiresAt - HEALTH_LIFETIME_SECONDS : undefined
    },
  }
}

function healthKey(connection: string) {
  return { [LAUNCHES_TABLE.partitionKey]: `${LAUNCHES_PREFIX.health}${connection}` }
}
