import { type DynamoDBDocumentClient, GetCommand, paginateQuery } from '@aws-sdk/lib-dynamodb'
import { REGISTRY_PREFIX, REGISTRY_TABLE } from '#contract/tables.ts'
import type { DirectoryEntry } from '#core/registry/directory-entry.ts'
import { type Connection, isEhrConnection, type Registry } from '#core/registry/registry.ts'
import type { Clock } from '#core/time.ts'
import { timedCache } from '#core/timed-cache.ts'
import {
  appFromItem,
  type ClientItem,
  connectionFromItem,
  type DirectoryItem,
  directoryPartId,
  type OrganizationItem,
  type RegistryItem,
  registrationFromItem,
} from './registry-item.ts'

/** A change is seen after this long at the latest; spread, so that instances do not ask together. */
const FOUND_SECONDS = { least: 48, most: 60 }

/** Short, because somebody may be waiting for a row that was just written. */
const MISSING_SECONDS = 5

const MAX_CACHED_ROWS = 2_000

/** Large ones are a megabyte or two. */
const MAX_CACHED_DIRECTORIES = 20

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

  const directories = timedCache<readonly DirectoryEntry[]>({
    now,
    lifetimeSeconds: (found) => (found.length > 0 ? foundSeconds() : MISSING_SECONDS),
    maxEntries: MAX_CACHED_DIRECTORIES,
  })

  const get = async (key: string) => {
    const { Item } = await documents.send(
      new GetCommand({ TableName: tableName, Key: { [REGISTRY_TABLE.partitionKey]: key } }),
    )
    return Item as RegistryItem | undefined
  }

  const find = async (kind: keyof typeof REGISTRY_PREFIX, id: string) => {
    const key = REGISTRY_PREFIX[kind] + id
    return fitsKey(key) ? rows.read(key, () => get(key)) : undefined
  }

  /** The parts may be of different applications of the file for a moment; each entry is good by itself. */
  const readDirectory = async (app: string) => {
    const part = (index: number) =>
      get(REGISTRY_PREFIX.directory + directoryPartId(app, index)) as Promise<
        DirectoryItem | undefined
      >
    const first = await part(0)
    const more = Array.from({ length: (first?.parts ?? 1) - 1 }, (_, index) => part(index + 1))
    return [first, ...(await Promise.all(more))].flatMap(
      (found) => JSON.parse(found?.entries ?? '[]') as DirectoryEntry[],
    )
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

    async findDirectory(app) {
      if (!fitsKey(REGISTRY_PREFIX.directory + app)) return []
      return directories.read(app, () => readDirectory(app))
    },

    async findLogo(organization) {
      const row = await find('organization', organization)
      return (row as OrganizationItem | undefined)?.logo
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
