import { RemovalPolicy, Validations } from 'aws-cdk-lib'
import { AttributeType, BillingMode, Table, TableEncryption } from 'aws-cdk-lib/aws-dynamodb'
import type { Grant, IGrantable } from 'aws-cdk-lib/aws-iam'
import { Construct } from 'constructs'
import { LAUNCHES_PREFIX, LAUNCHES_TABLE } from '#contract/tables.ts'
import { grantItems, type ItemGrant } from './grant-items.ts'
import type { StorageKey } from './storage-key.ts'

export interface LaunchesTableProps {
  readonly storageKey: StorageKey
}

/**
 * What is under way or is good once: launches, tickets, seen assertion ids, rescued token sets.
 *
 * Grants follow the stores' methods, each confined to the rows of its kind. Taking and spending are
 * one update each, conditional on the row; so whoever may take one may read nothing.
 */
export class LaunchesTable extends Construct {
  readonly tableName: string
  readonly #table: Table
  readonly #storageKey: StorageKey

  constructor(scope: Construct, id: string, props: LaunchesTableProps) {
    super(scope, id)

    this.#storageKey = props.storageKey
    this.#table = new Table(this, 'Resource', {
      partitionKey: { name: LAUNCHES_TABLE.partitionKey, type: AttributeType.STRING },
      timeToLiveAttribute: LAUNCHES_TABLE.timeToLive,
      billingMode: BillingMode.PAY_PER_REQUEST,
      encryption: TableEncryption.CUSTOMER_MANAGED,
      encryptionKey: props.storageKey.key,
      removalPolicy: RemovalPolicy.RETAIN,
    })
    this.tableName = this.#table.tableName

    Validations.of(this.#table).acknowledge({
      id: 'AwsSolutions-DDB3',
      reason:
        'Rows live for minutes, a rescued token set for a day. Restored ones would be dead, and ' +
        'would bring back launches and assertions that were already taken.',
    })
  }

  /** Lets the grantee start launches, and not read or take any. */
  grantPutLaunch(grantee: IGrantable): Grant {
    return this.#grant(grantee, 'PutItem', LAUNCHES_PREFIX.launch)
  }

  /** Lets the grantee take and spend launches, and not start any. */
  grantTakeLaunch(grantee: IGrantable): Grant {
    return this.#grant(grantee, 'UpdateItem', LAUNCHES_PREFIX.launch)
  }

  /** Lets the grantee begin SAML sign-ons, and take and spend them. */
  grantSamlRequests(grantee: IGrantable): Grant {
    return this.#grant(grantee, 'PutItem', LAUNCHES_PREFIX.saml).combine(
      this.#grant(grantee, 'UpdateItem', LAUNCHES_PREFIX.saml),
    )
  }

  /** Lets the grantee issue tickets, and not take any. */
  grantPutTicket(grantee: IGrantable): Grant {
    return this.#grant(grantee, 'PutItem', LAUNCHES_PREFIX.ticket)
  }

  /** Lets the grantee take and spend tickets, and not issue any. */
  grantTakeTicket(grantee: IGrantable): Grant {
    return this.#grant(grantee, 'UpdateItem', LAUNCHES_PREFIX.ticket)
  }

  /** Lets the grantee mark ids as seen. */
  grantMarkSeen(grantee: IGrantable): Grant {
    return this.#grant(grantee, 'PutItem', LAUNCHES_PREFIX.replay)
  }

  /** Lets the grantee put sealed tokens aside that their session would not take, and find them again. */
  grantRescue(grantee: IGrantable): Grant {
    return this.#grant(grantee, 'PutItem', LAUNCHES_PREFIX.rescue).combine(
      this.#grant(grantee, 'GetItem', LAUNCHES_PREFIX.rescue),
    )
  }

  /** Lets the grantee note whether connections fail, and read it. */
  grantNoteHealth(grantee: IGrantable): Grant {
    return this.#grant(grantee, 'PutItem', LAUNCHES_PREFIX.health).combine(
      this.#grant(grantee, 'GetItem', LAUNCHES_PREFIX.health),
    )
  }

  #grant(grantee: IGrantable, action: ItemGrant['action'], keyPrefix: string): Grant {
    return grantItems(grantee, {
      table: this.#table,
      storageKey: this.#storageKey,
      action,
      keyPrefix,
    })
  }
}
