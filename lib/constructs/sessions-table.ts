import { RemovalPolicy } from 'aws-cdk-lib'
import {
  AttributeType,
  BillingMode,
  ProjectionType,
  Table,
  TableEncryption,
} from 'aws-cdk-lib/aws-dynamodb'
import type { Grant, IGrantable } from 'aws-cdk-lib/aws-iam'
import { Construct } from 'constructs'
import {
  LOGOUT_ATTRIBUTES,
  SESSION_END_ATTRIBUTES,
  SESSION_ENDED_ATTRIBUTES,
  SESSION_VIEW_ATTRIBUTES,
  SESSIONS_TABLE,
} from '#contract/tables.ts'
import { grantItems, type ItemGrant } from './grant-items.ts'
import type { StorageKey } from './storage-key.ts'

export interface SessionsTableProps {
  readonly storageKey: StorageKey
}

/** What launches leave behind: one item a session. Grants follow the methods of the session store. */
export class SessionsTable extends Construct {
  readonly tableName: string
  readonly #table: Table
  readonly #storageKey: StorageKey

  constructor(scope: Construct, id: string, props: SessionsTableProps) {
    super(scope, id)

    this.#storageKey = props.storageKey
    this.#table = new Table(this, 'Resource', {
      partitionKey: { name: SESSIONS_TABLE.partitionKey, type: AttributeType.STRING },
      timeToLiveAttribute: SESSIONS_TABLE.timeToLive,
      billingMode: BillingMode.PAY_PER_REQUEST,
      encryption: TableEncryption.CUSTOMER_MANAGED,
      encryptionKey: props.storageKey.key,
      pointInTimeRecoverySpecification: { pointInTimeRecoveryEnabled: true },
      removalPolicy: RemovalPolicy.RETAIN,
    })
    const { name, partitionKey, sortKey } = SESSIONS_TABLE.dueIndex
    this.#table.addGlobalSecondaryIndex({
      indexName: name,
      partitionKey: { name: partitionKey, type: AttributeType.NUMBER },
      sortKey: { name: sortKey, type: AttributeType.NUMBER },
      projectionType: ProjectionType.KEYS_ONLY,
    })
    for (const index of [SESSIONS_TABLE.sidIndex, SESSIONS_TABLE.subjectIndex]) {
      this.#table.addGlobalSecondaryIndex({
        indexName: index.name,
        partitionKey: { name: index.partitionKey, type: AttributeType.STRING },
        projectionType: ProjectionType.INCLUDE,
        nonKeyAttributes: [...LOGOUT_ATTRIBUTES],
      })
    }
    this.tableName = this.#table.tableName
  }

  /** Lets the grantee create sessions, and not read any. */
  grantCreateSession(grantee: IGrantable): Grant {
    return this.#grant(grantee, 'PutItem')
  }

  /** Lets the grantee read a session by its key. */
  grantReadSession(grantee: IGrantable): Grant {
    return this.#grant(grantee, 'GetItem')
  }

  /** Lets the grantee ask which sessions are due, by their keys alone. */
  grantFindDue(grantee: IGrantable): Grant {
    return grantItems(grantee, {
      table: this.#table,
      storageKey: this.#storageKey,
      action: 'Query',
      index: SESSIONS_TABLE.dueIndex.name,
    })
  }

  /** Lets the grantee note a use of a session, and renew its tokens under the lease. */
  grantUseSession(grantee: IGrantable): Grant {
    return this.#grant(grantee, 'UpdateItem')
  }

  /** Lets the grantee read whose a session is and when it ends, and nothing else of it. */
  grantReadSessionEnd(grantee: IGrantable): Grant {
    return this.#grantAttributes(grantee, 'GetItem', SESSION_END_ATTRIBUTES)
  }

  /** Lets the grantee read what a session is and when it ends, and nothing of its tokens. */
  grantViewSession(grantee: IGrantable): Grant {
    return this.#grantAttributes(grantee, 'GetItem', SESSION_VIEW_ATTRIBUTES)
  }

  /** Lets the grantee end a session and make it due, and change nothing else of it. */
  grantEndSession(grantee: IGrantable): Grant {
    return this.#grantAttributes(grantee, 'UpdateItem', SESSION_ENDED_ATTRIBUTES)
  }

  /** Lets the grantee remove sessions. */
  grantRemoveSession(grantee: IGrantable): Grant {
    return this.#grant(grantee, 'DeleteItem')
  }

  /** Lets the grantee find sessions by the sign-on that they came of, and read nothing else. */
  grantFindBySignOn(grantee: IGrantable): Grant {
    const table = { table: this.#table, storageKey: this.#storageKey }
    const find = (index: string) => grantItems(grantee, { ...table, action: 'Query', index })
    return find(SESSIONS_TABLE.sidIndex.name).combine(find(SESSIONS_TABLE.subjectIndex.name))
  }

  #grantAttributes(
    grantee: IGrantable,
    action: ItemGrant['action'],
    attributes: readonly string[],
  ): Grant {
    const table = { table: this.#table, storageKey: this.#storageKey }
    return grantItems(grantee, { ...table, action, attributes })
  }

  #grant(grantee: IGrantable, action: ItemGrant['action']): Grant {
    return grantItems(grantee, { table: this.#table, storageKey: this.#storageKey, action })
  }
}
