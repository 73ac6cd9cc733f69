import { isDeepStrictEqual } from 'node:util'
import {
  DeleteCommand,
  type DynamoDBDocumentClient,
  PutCommand,
  paginateScan,
} from '@aws-sdk/lib-dynamodb'
import { REGISTRY_PREFIX, REGISTRY_TABLE } from '#contract/tables.ts'
import type { RegistryWriter } from '#core/registry/registry-contents.ts'
import { type RegistryItem, toRegistryItems } from './registry-item.ts'

/** Rows are deleted in this order, so that none refers to one that is gone. */
const DELETION_ORDER = [
  REGISTRY_PREFIX.connection,
  REGISTRY_PREFIX.registration,
  REGISTRY_PREFIX.client,
  REGISTRY_PREFIX.app,
  REGISTRY_PREFIX.organization,
]

/** Writes the registry's rows one by one, those that changed only. */
export function dynamodbRegistryWriter({
  documents,
  tableName,
}: {
  readonly documents: DynamoDBDocumentClient
  readonly tableName: string
}): RegistryWriter {
  return {
    async replace(contents) {
      const present = new Map<string, RegistryItem>()
      const pages = paginateScan(
        { client: documents },
        { TableName: tableName, ConsistentRead: true },
      )
      for await (const { Items = [] } of pages) {
        for (const item of Items as RegistryItem[]) present.set(item.id, item)
      }

      const wanted = toRegistryItems(contents)
      const changed = wanted.filter((item) => !isDeepStrictEqual(item, present.get(item.id)))
      for (const item of changed) {
        await documents.send(new PutCommand({ TableName: tableName, Item: item }))
      }

      const kept = new Set(wanted.map((item) => item.id))
      const gone = DELETION_ORDER.flatMap((prefix) =>
        [...present.keys()].filter((id) => id.startsWith(prefix) && !kept.has(id)),
      )
      for (const id of gone) {
        await documents.send(
          new DeleteCommand({ TableName: tableName, Key: { [REGISTRY_TABLE.partitionKey]: id } }),
        )
      }

      return {
        written: changed.length,
        deleted: gone.length,
        unchanged: wanted.length - changed.length,
      }
    },
  }
}
