import { type DynamoDBDocumentClient, paginateQuery } from '@aws-sdk/lib-dynamodb'
import { SESSIONS_TABLE } from '#contract/tables.ts'
import type { SignedOnSession } from '#core/logout/end-signed-on.ts'
import type { SignedOnSessions } from '#core/logout/log-out.ts'

export interface DynamodbSignedOnSessionsOptions {
  readonly documents: DynamoDBDocumentClient
  /** The Sessions table. */
  readonly tableName: string
}

/**
 * Sessions by their sign-on, in the two indexes of the Sessions table for it. The indexes follow the
 * table after a moment, so a session that was made in this very second may not be found.
 */
export function dynamodbSignedOnSessions({
  documents,
  tableName,
}: DynamodbSignedOnSessionsOptions): SignedOnSessions {
  return {
    async find({ sidKey, subjectKey }) {
      const { sidIndex, subjectIndex } = SESSIONS_TABLE
      const [index, key] = sidKey === undefined ? [subjectIndex, subjectKey] : [sidIndex, sidKey]
      const found: SignedOnSession[] = []
      const pages = paginateQuery(
        { client: documents },
        {
          TableName: tableName,
          IndexName: index.name,
          KeyConditionExpression: '#key = :key',
          FilterExpression: '#status <> :ending',
          ExpressionAttributeNames: { '#key': index.partitionKey, '#status': 'status' },
          ExpressionAttributeValues: { ':key': key, ':ending': 'ending' },
        },
      )
      for await (const { Items = [] } of pages) found.push(...(Items as SignedOnSession[]))
      return found.map(({ id, app, connection }) => ({ id, app, connection }))
    },
  }
}
