import { type DynamoDBDocumentClient, GetCommand, paginateQuery } from '@aws-sdk/lib-dynamodb'
import { REGISTRY_PREFIX, REGISTRY_TABLE } from '#contract/tables.ts'
import { type Connection, isEhrConnection, type Registry } from '#core/registry/registry.ts'
import type { Clock } from '#core/time.ts'
import { timedCache } from '#core/timed-cache.ts'
import {
  appFromItem,
  type ClientItem,
  connectionFromItem,
  type OrganizationItem,
  type RegistryItem,
  registrationFromItem,
} from './registry-item.ts'

/** A change is seen after this long at the latest; spread, so that instances do not ask together. */
const FOUND_SECONDS = { least: 48, most: 60 }

/** Short, because somebody may be waiting for a row that was just written. */
const MISSING_SECONDS = 5

const MAX_CACHED_ROWS = 2_000

/** The most bytes that a partition key of DynamoDB has. Longer ids are nobody's. */
const MAX_KEY_BYTES = 2_048

export interface DynamodbRegistryOptions {
  readonly documents: DynamoDBDocumentClient
  readonly tableName: string
  readonly now: Clock
}

/** The registry in DynamoDB, with a memory of a minute; what is not found is asked for again sooner. */
export function dynamodbRegistry({ documents, tableName, now }: DynamodbRegistryOptions): Registry {
  const foundSeconds = () =>
    FOUND_SECONDS.least + Math.random() * (FOUND_SECONDS.most - FOUND_SECONDS.least)
  const rows = timedCache<RegistryItem | undefined>({
    now,
    lifetimeSeconds: (row) => (row ? foundSeconds() : MISSING_SECONDS),
    maxEntries: MAX_CACHED_ROWS,
  })
  const byIssuer = timedCache<readonly Connection[]>({
    now,
    lifetimeSeconds: (found) => (found.length > 0 ? foundSeconds() : MISSING_SECONDS),
    maxEntries: MAX_CACHED_ROWS,
  })

  const find = async (kind: keyof typeof REGISTRY_PREFIX, id: string) => {
    const key = REGISTRY_PREFIX[kind] + id
    if (!fitsKey(key)) return undefined
    return rows.read(key, async () => {
      const { Item } = await documents.send(
        new GetCommand({ TableName: tableName, Key: { [REGISTRY_TABLE.partitionKey]: key } }),
      )
      return Item as RegistryItem | undefined
    })
  }

  const findApp = async (id: string) => {
    const row = await find('app', id)
    return row && appFromItem(row)
  }

  const findSignOnConnection = async (id: string) => {
    const row = await find('connection', id)
    return row && connectionFromItem(row)
  }

  return {
    findApp,

    async findAppByClient(clientId) {
      const row = await find('client', clientId)
      const app = row && (await findApp((row as ClientItem).app))
      // The two rows may be of different ages.
      return app?.clients.some((client) => client.clientId === clientId) ? app : undefined
    },

    async findRegistration(id) {
      const row = await find('registration', id)
      return row && registrationFromItem(row)
    },

    async findConnection(id) {
      const connection = await findSignOnConnection(id)
      return connection && isEhrConnection(connection) ? connection : undefined
    },

    findSignOnConnection,

    async findFhirBases(organization) {
      const row = await find('organization', organization)
      return (row as OrganizationItem | undefined)?.fhirBases ?? []
    },

    async findConnectionsByIssuer(issuer) {
      if (!fitsKey(issuer)) return []
      return byIssuer.read(issuer, async () => {
        const connections: Connection[] = []
        const pages = paginateQuery(
          { client: documents },
          {
            TableName: tableName,
            IndexName: REGISTRY_TABLE.issuerIndex.name,
            KeyConditionExpression: '#issuer = :issuer',
            ExpressionAttributeNames: { '#issuer': REGISTRY_TABLE.issuerIndex.partitionKey },
            ExpressionAttributeValues: { ':issuer': issuer },
          },
        )
        for await (const { Items = [] } of pages) {
          const found = Items.map((item) => connectionFromItem(item as RegistryItem))
          connections.push(...found.filter(isEhrConnection))
        }
        return connections
      })
    },
  }
}

/** DynamoDB refuses a key that is empty or too long, and callers choose these. */
function fitsKey(key: string): boolean {
  return key !== '' && Buffer.byteLength(key) <= MAX_KEY_BYTES
}
