import { RemovalPolicy } from 'aws-cdk-lib'
import { AttributeType, BillingMode, Table, TableEncryption } from 'aws-cdk-lib/aws-dynamodb'
import type { Grant, IGrantable } from 'aws-cdk-lib/aws-iam'
import { Construct } from 'constructs'
import { REGISTRY_TABLE } from '#contract/tables.ts'
import { grantItems } from './grant-items.ts'
import type { StorageKey } from './storage-key.ts'

export interface RegistryTableProps {
  readonly storageKey: StorageKey
}

/** Organizations, apps, registrations, connections. The command line writes it; functions read. */
export class RegistryTable extends Construct {
  readonly tableName: string
  readonly #table: Table
  readonly #storageKey: StorageKey

  constructor(scope: Construct, id: string, props: RegistryTableProps) {
    super(scope, id)

    this.#storageKey = props.storageKey
    this.#table = new Table(this, 'Resource', {
      partitionKey: { name: REGISTRY_TABLE.partitionKey, type: AttributeType.STRING },
      billingMode: BillingMode.PAY_PER_REQUEST,
      encryption: TableEncryption.CUSTOMER_MANAGED,
      encryptionKey: props.storageKey.key,
      pointInTimeRecoverySpecification: { pointInTimeRecoveryEnabled: true },
      removalPolicy: RemovalPolicy.RETAIN,
    })
    this.#table.addGlobalSecondaryIndex({
      indexName: REGISTRY_TABLE.issuerIndex.name,
      partitionKey: { name: REGISTRY_TABLE.issuerIndex.partitionKey, type: AttributeType.STRING },
    })
    this.tableName = this.#table.tableName
  }

  /** Lets the grantee read what it can name, and not list anything. */
  grantRead(grantee: IGrantable): Grant {
    return grantItems(grantee, {
      table: this.#table,
      storageKey: this.#storageKey,
      action: 'GetItem',
    })
  }

  /** Lets the grantee find the connections of an issuer. */
  grantFindByIssuer(grantee: IGrantable): Grant {
    return grantItems(grantee, {
      table: this.#table,
      storageKey: this.#storageKey,
      action: 'Query',
      index: REGISTRY_TABLE.issuerIndex.name,
    })
  }
}
