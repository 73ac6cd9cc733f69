import {
  type DynamoDBDocumentClient,
  GetCommand,
  paginateScan,
  type ScanCommandInput,
} from '@aws-sdk/lib-dynamodb'
import type { Session } from '#core/session/session-store.ts'
import { isSystemTokens } from '#core/system-access/system-tokens-row.ts'
import { sessionItemKey } from './session-item.ts'

/** What an operator may see of a session: nothing sealed, and nothing of the patient. */
const LISTED_ATTRIBUTES = [
  'id',
  'app',
  'connection',
  'launchId',
  'status',
  'scopes',
  'createdAt',
  'lastUsedAt',
  'expiresAt',
  'idleSeconds',
  'accessTokenExpiresAt',
  'refreshDueAt',
  'failures',
  'nextAttemptAt',
] as const satisfies readonly (keyof Session)[]

export type ListedSession = Pick<Session, (typeof LISTED_ATTRIBUTES)[number]>

/** Sessions for an operator, who does not know their keys. */
export interface SessionDirectory {
  /**
   * All sessions, or those of a connection, in no order. It scans the table: there is no index to
   * pay for with every write, for a question that is asked now and then.
   */
  list(connection?: string): AsyncIterable<ListedSession>
  read(id: string): Promise<ListedSession | undefined>
  /** Those whose key begins so; it scans the table, too. */
  findByPrefix(prefix: string): Promise<readonly ListedSession[]>
}

const NAMES = Object.fromEntries(LISTED_ATTRIBUTES.map((name) => [`#${name}`, name]))
const PROJECTION = {
  ProjectionExpression: Object.keys(NAMES).join(', '),
  ExpressionAttributeNames: NAMES,
}

/** The Sessions table as a directory. It needs `Scan` and `GetItem`. */
export function dynamodbSessionDirectory({
  documents,
  tableName: TableName,
}: {
  readonly documents: DynamoDBDocumentClient
  readonly tableName: string
}): SessionDirectory {
  async function* scan(filter: Partial<ScanCommandInput> = {}): AsyncGenerator<ListedSession> {
    const pages = paginateScan({ client: documents }, { TableName, ...PROJECTION, ...filter })
    for await (const { Items = [] } of pages) {
      // A connection's own tokens lie in rows of this table, and are nobody's session.
      yield* (Items as ListedSession[]).filter(({ id }) => !isSystemTokens(id))
    }
  }

  return {
    list: (connection) =>
      connection === undefined
        ? scan()
        : scan({
            FilterExpression: '#connection = :connection',
            ExpressionAttributeValues: { ':connection': connection },
          }),

    async read(id) {
      const { Item } = await documents.send(
        new GetCommand({ TableName, Key: sessionItemKey(id), ...PROJECTION, ConsistentRead: true }),
      )
      return Item as ListedSession | undefined
    },

    async findByPrefix(prefix) {
      const found: ListedSession[] = []
      const filter = {
        FilterExpression: 'begins_with(#id, :prefix)',
        ExpressionAttributeValues: { ':prefix': prefix },
      }
      for await (const session of scan(filter)) found.push(session)
      return found
    },
  }
}
