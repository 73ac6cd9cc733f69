import type { Table } from 'aws-cdk-lib/aws-dynamodb'
import { Grant, type IGrantable } from 'aws-cdk-lib/aws-iam'
import type { StorageKey } from './storage-key.ts'

export interface ItemGrant {
  readonly table: Table
  readonly storageKey: StorageKey
  readonly action: 'GetItem' | 'PutItem' | 'UpdateItem' | 'DeleteItem' | 'Query'
  /** Only items whose partition key begins so; absent, all of the table's. */
  readonly keyPrefix?: string
  /** Only these attributes, and only by a projection that names them; absent, all. */
  readonly attributes?: readonly string[]
  /** The action is on this index of the table, and not on the table. */
  readonly index?: string
}

/** Allows one action on items of a table, and the use of the storage key that it implies. */
export function grantItems(grantee: IGrantable, grant: ItemGrant): Grant {
  const { table, storageKey, action, index } = grant
  return Grant.addToPrincipal({
    grantee,
    actions: [`dynamodb:${action}`],
    resourceArns: [index === undefined ? table.tableArn : `${table.tableArn}/index/${index}`],
    ...conditionsOf(grant),
  }).combine(storageKey.grantUseTables(grantee))
}

/** `dynamodb:Select` as well: a read without a projection asks for all attributes. */
function conditionsOf({ keyPrefix, attributes }: ItemGrant) {
  if (keyPrefix !== undefined) {
    return {
      conditions: { 'ForAllValues:StringLike': { 'dynamodb:LeadingKeys': [`${keyPrefix}*`] } },
    }
  }
  if (attributes !== undefined) {
    return {
      conditions: {
        'ForAllValues:StringEquals': { 'dynamodb:Attributes': [...attributes] },
        StringEqualsIfExists: { 'dynamodb:Select': 'SPECIFIC_ATTRIBUTES' },
      },
    }
  }
  return {}
}
