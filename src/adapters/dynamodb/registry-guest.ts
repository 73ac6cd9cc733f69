import { DeleteCommand, type DynamoDBDocumentClient, PutCommand } from '@aws-sdk/lib-dynamodb'
import { REGISTRY_TABLE } from '#contract/tables.ts'
import type { RegistryContents } from '#core/registry/registry-contents.ts'
import { toRegistryItems } from './registry-item.ts'

/** Rows that are in a registry for a while, beside those that its operator applied. */
export interface RegistryGuest {
  /** @throws ConditionalCheckFailedException when one of its names is taken */
  enter(): Promise<void>
  /** Takes away what {@link enter} has written, and nothing else. */
  leave(): Promise<void>
}

/** For contents whose every name is new: nothing that is there is written over. */
export function dynamodbRegistryGuest({
  documents,
  tableName: TableName,
  contents,
}: {
  readonly documents: DynamoDBDocumentClient
  readonly tableName: string
  readonly contents: RegistryContents
}): RegistryGuest {
  const items = toRegistryItems(contents)
  const key = REGISTRY_TABLE.partitionKey
  const written: string[] = []
  return {
    async enter() {
      for (const Item of items) {
        await documents.send(
          new PutCommand({
            TableName,
            Item,
            ConditionExpression: 'attribute_not_exists(#key)',
            ExpressionAttributeNames: { '#key': key },
          }),
        )
        written.push(Item[key])
      }
    },
    async leave() {
      // What refers to others goes first.
      for (const id of [...written].reverse()) {
        await documents.send(new DeleteCommand({ TableName, Key: { [key]: id } }))
      }
    },
  }
}
