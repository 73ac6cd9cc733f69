import { SESSIONS_TABLE } from '#contract/tables.ts'
import type { RefreshAttempt, Session, SessionStatus } from '#core/session/session-store.ts'

/** A {@link Session} at rest: the lease lies flat, so that conditions can name its parts. */
export interface SessionItem {
  readonly id: string
  readonly app: string
  readonly connection: string
  readonly launchId: string
  readonly status: SessionStatus
  readonly authority?: 'system'
  readonly patient?: string
  readonly encounter?: string
  readonly scopes: readonly string[]
  readonly members?: Readonly<Record<string, string>>
  readonly createdAt: number
  readonly lastUsedAt: number
  /** The table's TTL attribute too: DynamoDB deletes the row some time after. */
  readonly expiresAt: number
  readonly idleSeconds: number
  readonly sidKey?: string
  readonly subjectKey?: string
  readonly fence: number
  readonly tokenVersion: number
  readonly sealedTokens: Uint8Array
  readonly accessTokenExpiresAt: number
  readonly refreshDueAt?: number
  readonly renewAhead?: true
  readonly dueAt?: number
  /** Its partition in the due index, with `dueAt`. */
  readonly dueShard?: number
  readonly leaseOwner?: string
  readonly leaseUntil?: number
  readonly attempt?: RefreshAttempt
  readonly failures: number
  readonly nextAttemptAt?: number
}

export function sessionItemKey(id: string): Readonly<Record<string, string>> {
  return { [SESSIONS_TABLE.partitionKey]: id }
}

export function toSessionItem({ lease, ...session }: Session): SessionItem {
  return {
    ...session,
    ...(session.dueAt !== undefined && { dueShard: dueShard(session.id) }),
    ...(lease && { leaseOwner: lease.owner, leaseUntil: lease.until }),
  }
}

export function fromSessionItem({
  leaseOwner,
  leaseUntil,
  dueShard,
  ...item
}: SessionItem): Session {
  return {
    ...item,
    ...(leaseOwner !== undefined &&
      leaseUntil !== undefined && { lease: { owner: leaseOwner, until: leaseUntil } }),
  }
}

/** A session's key is a hash, so its first byte spreads sessions evenly over the shards. */
export function dueShard(id: string): number {
  return (Buffer.from(id, 'base64url')[0] ?? 0) % SESSIONS_TABLE.dueIndex.shards
}
