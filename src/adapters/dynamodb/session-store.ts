import { type AttributeValue, ConditionalCheckFailedException } from '@aws-sdk/client-dynamodb'
import {
  type DynamoDBDocumentClient,
  GetCommand,
  PutCommand,
  UpdateCommand,
  type UpdateCommandInput,
} from '@aws-sdk/lib-dynamodb'
import { SESSIONS_TABLE } from '#contract/tables.ts'
import type { LeaseGuard, Session, SessionStore } from '#core/session/session-store.ts'
import {
  dueShard,
  fromSessionItem,
  type SessionItem,
  sessionItemKey,
  toSessionItem,
} from './session-item.ts'

export interface DynamodbSessionStoreOptions {
  readonly documents: DynamoDBDocumentClient
  /** The Sessions table. */
  readonly tableName: string
}

/** What a conditional update left: the new item, or the one that failed the condition. */
type UpdateResult =
  | { readonly done: true; readonly item: SessionItem }
  | { readonly done: false; readonly item: Readonly<Record<string, AttributeValue>> }

/** Every write of a lease's holder demands that it still is. A deleted row has neither. */
const HELD = 'fence = :fence AND leaseOwner = :owner'

const { partitionKey: SHARD, sortKey: DUE } = SESSIONS_TABLE.dueIndex

/** Sessions in the Sessions table. It needs `GetItem`, `PutItem` and `UpdateItem`. */
export function dynamodbSessionStore(options: DynamodbSessionStoreOptions): SessionStore {
  const { documents, tableName: TableName } = options

  async function read(id: string, ConsistentRead: boolean): Promise<Session | undefined> {
    const { Item } = await documents.send(
      new GetCommand({ TableName, Key: sessionItemKey(id), ConsistentRead }),
    )
    return Item && fromSessionItem(Item as SessionItem)
  }

  async function update(
    id: string,
    change: Pick<
      UpdateCommandInput,
      | 'UpdateExpression'
      | 'ConditionExpression'
      | 'ExpressionAttributeNames'
      | 'ExpressionAttributeValues'
    >,
  ): Promise<UpdateResult> {
    try {
      const { Attributes } = await documents.send(
        new UpdateCommand({
          TableName,
          Key: sessionItemKey(id),
          ...change,
          ReturnValues: 'ALL_NEW',
          // A repetition by the SDK fails on what the first try wrote: the item tells whose it is.
          ReturnValuesOnConditionCheckFailure: 'ALL_OLD',
        }),
      )
      return { done: true, item: Attributes as SessionItem }
    } catch (error) {
      if (!(error instanceof ConditionalCheckFailedException)) throw error
      return { done: false, item: error.Item ?? {} }
    }
  }

  return {
    async create(session) {
      try {
        await documents.send(
          new PutCommand({
            TableName,
            Item: toSessionItem(session),
            ConditionExpression: 'attribute_not_exists(id)',
            ReturnValuesOnConditionCheckFailure: 'ALL_OLD',
          }),
        )
      } catch (error) {
        // A ciphertext has random parts, so the same one in the row is this very write.
        const repeated =
          error instanceof ConditionalCheckFailedException &&
          sameBytes(error.Item?.['sealedTokens']?.B, session.sealedTokens)
        if (!repeated) throw error
      }
    },

    read: (id, { consistent = false } = {}) => read(id, consistent),

    async touch(id, lastUsedAt) {
      await update(id, {
        UpdateExpression: 'SET lastUsedAt = :lastUsedAt',
        // Fails for a row that is not there, which an update without condition would make.
        ConditionExpression: 'lastUsedAt < :lastUsedAt',
        ExpressionAttributeValues: { ':lastUsedAt': lastUsedAt },
      })
    },

    async demandReauthorization(id, tokenVersion) {
      await update(id, {
        UpdateExpression: `SET #status = :over REMOVE ${SHARD}, ${DUE}`,
        ConditionExpression:
          '#status = :active AND tokenVersion = :version AND attribute_not_exists(leaseOwner)',
        ExpressionAttributeNames: { '#status': 'status' },
        ExpressionAttributeValues: {
          ':over': 'reauthorization-required',
          ':active': 'active',
          ':version': tokenVersion,
        },
      })
    },

    async acquireLease(id, { fence, lease, attempt, deadOwner }) {
      const { done, item } = await update(id, {
        UpdateExpression:
          'SET fence = fence + :one, leaseOwner = :owner, leaseUntil = :until, attempt = :attempt',
        ConditionExpression: `#status = :active AND fence = :fence AND ${
          deadOwner === undefined ? 'attribute_not_exists(leaseOwner)' : 'leaseOwner = :dead'
        }`,
        ExpressionAttributeNames: { '#status': 'status' },
        ExpressionAttributeValues: {
          ':one': 1,
          ':owner': lease.owner,
          ':until': lease.until,
          ':attempt': attempt,
          ':active': 'active',
          ':fence': fence,
          ...(deadOwner !== undefined && { ':dead': deadOwner }),
        },
      })
      if (done) return fromSessionItem(item)
      return item['leaseOwner']?.S === lease.owner ? read(id, true) : undefined
    },

    async storeTokens(id, guard, tokens) {
      const { sealedTokens, renewAhead, dueAt } = tokens
      const store = (isActive: boolean) => {
        const isLookedAt = isActive && dueAt !== undefined
        return update(id, {
          UpdateExpression: `SET sealedTokens = :sealed, tokenVersion = :version,
            accessTokenExpiresAt = :expires, refreshDueAt = :refresh, scopes = :scopes,
            failures = :zero
            ${renewAhead ? ', renewAhead = :ahead' : ''}
            ${isLookedAt ? `, ${DUE} = :due, ${SHARD} = :shard` : ''}
            REMOVE leaseOwner, leaseUntil, attempt, nextAttemptAt
            ${renewAhead ? '' : ', renewAhead'}
            ${isActive && !isLookedAt ? `, ${DUE}, ${SHARD}` : ''}`,
          ConditionExpression: isActive ? `${HELD} AND #status = :active` : HELD,
          ...(isActive && { ExpressionAttributeNames: { '#status': 'status' } }),
          ExpressionAttributeValues: {
            ':sealed': sealedTokens,
            ':version': tokens.tokenVersion,
            ':expires': tokens.accessTokenExpiresAt,
            ':refresh': tokens.refreshDueAt,
            ':scopes': tokens.scopes,
            ':zero': 0,
            ...(renewAhead && { ':ahead': true }),
            ...(isActive && { ':active': 'active' }),
            ...(isLookedAt && { ':due': dueAt, ':shard': dueShard(id) }),
            ...held(guard),
          },
        })
      }

      // Whoever ended the session meanwhile has said when it is due: now.
      const first = await store(true)
      const last = first.done || !isHeld(first.item, guard) ? first : await store(false)
      return last.done || sameBytes(last.item['sealedTokens']?.B, sealedTokens)
    },

    async releaseLease(id, guard, { status, failures, nextAttemptAt, attempt }) {
      const release = (setStatus: boolean) =>
        update(id, {
          UpdateExpression: `SET failures = :failures
            ${setStatus ? ', #status = :status' : ''}
            ${nextAttemptAt === undefined ? '' : ', nextAttemptAt = :next'}
            ${attempt === undefined ? '' : ', attempt = :attempt'}
            REMOVE leaseOwner, leaseUntil
            ${attempt === undefined ? ', attempt' : ''}
            ${setStatus ? `, ${SHARD}, ${DUE}` : ''}
            ${nextAttemptAt === undefined ? ', nextAttemptAt' : ''}`,
          ConditionExpression: setStatus ? `${HELD} AND #status = :active` : HELD,
          ...(setStatus && { ExpressionAttributeNames: { '#status': 'status' } }),
          ExpressionAttributeValues: {
            ':failures': failures,
            ...(nextAttemptAt !== undefined && { ':next': nextAttemptAt }),
            ...(attempt !== undefined && { ':attempt': attempt }),
            ...(setStatus && { ':status': status, ':active': 'active' }),
            ...held(guard),
          },
        })

      // Whoever ended the session meanwhile has the last word on its status.
      const first = await release(status !== 'active')
      const last = first.done || status === 'active' ? first : await release(false)
      return last.done || (last.item['leaseOwner'] === undefined && isFence(last.item, guard))
    },
  }
}

function held({ fence, owner }: LeaseGuard) {
  return { ':fence': fence, ':owner': owner }
}

function isHeld(item: Readonly<Record<string, AttributeValue>>, guard: LeaseGuard): boolean {
  return isFence(item, guard) && item['leaseOwner']?.S === guard.owner
}

/** The fence is bumped at every acquire, so a free row with ours was freed by us. */
function isFence(item: Readonly<Record<string, AttributeValue>>, { fence }: LeaseGuard): boolean {
  return item['fence']?.N === String(fence)
}

function sameBytes(one: Uint8Array | undefined, other: Uint8Array): boolean {
  return one !== undefined && Buffer.compare(one, other) === 0
}
