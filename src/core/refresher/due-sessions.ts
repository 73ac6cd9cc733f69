import type { EpochSeconds } from '#core/time.ts'

/** A session as the due index knows it: which, and since when it is due. */
export interface DueSession {
  readonly id: string
  readonly dueAt: EpochSeconds
}

/** A part of what is due in a shard. */
interface DuePage {
  /** In the order in which they fell due. */
  readonly sessions: readonly DueSession[]
  /** Where the next page begins; `undefined` after the last. */
  readonly next: DueCursor | undefined
}

/** A place in a shard, for the store alone to read. */
export type DueCursor = object

/**
 * The due index, which is the refresher's queue: the sessions that want to be looked at, in shards,
 * each in the order in which they fall due. It lags behind the sessions, so the session is the truth.
 */
export interface DueSessions {
  /** What is due in a shard at `until`, the oldest first, `limit` at most. Reads nothing else. */
  page(
    shard: number,
    request: { readonly until: EpochSeconds; readonly limit: number; readonly from?: DueCursor },
  ): Promise<DuePage>

  /** Has a session that is active looked at later, unless it fell due anew meanwhile. */
  postpone(due: DueSession, until: EpochSeconds): Promise<void>

  /** Takes a session off the index, unless it fell due anew. Never brings back one that is gone. */
  drop(due: DueSession): Promise<void>
}
