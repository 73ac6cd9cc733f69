import { isDeepStrictEqual } from 'node:util'
import {
  DeleteCommand,
  type DynamoDBDocumentClient,
  PutCommand,
  paginateScan,
} from '@aws-sdk/lib-dynamodb'
import { REGISTRY_PREFIX, REGISTRY_TABLE } from '#contract/tables.ts'
import { compareRows } from '#core/registry/compare-rows.ts'
import type {
  RegistryContents,
  RegistryRow,
  RegistryWriter,
} from '#core/registry/registry-contents.ts'
import { type RegistryItem, toRegistryItems } from './registry-item.ts'

/** Rows are deleted in this order, so that none refers to one that is gone. */
const DELETION_ORDER = [
  REGISTRY_PREFIX.directory,
  REGISTRY_PREFIX.connection,
  REGISTRY_PREFIX.registration,
  REGISTRY_PREFIX.client,
  REGISTRY_PREFIX.app,
  REGISTRY_PREFIX.organization,
]

/** Writes the registry's rows one by one, those that changed only; rows of other kinds it leaves alone. */
export function dynamodbRegistryWriter({
  documents,
  tableName,
}: {
  readonly documents: DynamoDBDocumentClient
  readonly tableName: string
}): RegistryWriter {
  const rows = async (): Promise<readonly RegistryRow[]> => {
    const present: RegistryRow[] = []
    const pages = paginateScan(
      { client: documents },
      { TableName: tableName, ConsistentRead: true },
    )
    for await (const { Items = [] } of pages) present.push(...(Items as RegistryItem[]).map(toRow))
    return present
      .filter(({ id }) => DELETION_ORDER.some((prefix) => id.startsWith(prefix)))
      .sort((one, other) => (one.id < other.id ? -1 : 1))
  }
  const compare = async (contents: RegistryContents) =>
    compareRows(await rows(), toRegistryItems(contents).map(toRow), isDeepStrictEqual)

  return {
    rows,
    compare,
    async replace(contents, announce) {
      const changes = await compare(contents)
      announce?.(changes)

      const written = changes.filter(({ after }) => after !== undefined)
      for (const { id, after } of written) {
        const item = { ...after, [REGISTRY_TABLE.partitionKey]: id }
        await documents.send(new PutCommand({ TableName: tableName, Item: item }))
      }

      const gone = changes.filter(({ after }) => after === undefined)
      const ordered = DELETION_ORDER.flatMap((prefix) =>
        gone.filter(({ id }) => id.startsWith(prefix)),
      )
      for (const { id } of ordered) {
        await documents.send(
          new DeleteCommand({ TableName: tableName, Key: { [REGISTRY_TABLE.partitionKey]: id } }),
        )
      }

      return {
        written: written.length,
        deleted: gone.length,
        unchanged: toRegistryItems(contents).length - written.length,
      }
    },
  }
}

function toRow({ [REGISTRY_TABLE.partitionKey]: id, ...fields }: RegistryItem): RegistryRow {
  return { id, fields }
}
