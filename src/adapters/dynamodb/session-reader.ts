import { type DynamoDBDocumentClient, GetCommand } from '@aws-sdk/lib-dynamodb'
import type { OwnedSession } from '#core/session/find-session.ts'
import { sessionItemKey } from './session-item.ts'

export interface DynamodbSessionReaderOptions {
  readonly documents: DynamoDBDocumentClient
  readonly tableName: string
  /** What is read; the function that uses it is granted just these, and never a sealed token. */
  readonly attributes: readonly string[]
}

/** Reads some attributes of a session, for functions that do not hold the vault. */
export function dynamodbSessionReader<Found extends OwnedSession>({
  documents,
  tableName,
  attributes,
}: DynamodbSessionReaderOptions) {
  const names = Object.fromEntries(attributes.map((attribute) => [`#${attribute}`, attribute]))

  return async (id: string): Promise<Found | undefined> => {
    const { Item } = await documents.send(
      new GetCommand({
        TableName: tableName,
        Key: sessionItemKey(id),
        ProjectionExpression: Object.keys(names).join(', '),
        ExpressionAttributeNames: names,
        ConsistentRead: true,
      }),
    )
    return Item as Found | undefined
  }
}
