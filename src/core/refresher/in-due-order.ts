import type { EpochSeconds } from '#core/time.ts'
import type { DueCursor, DueSession, DueSessions } from './due-sessions.ts'

/** Read at a time of each shard: a page is a few kB, and most of it is worked in this very run. */
export const PAGE_SIZE = 100

/** What is due in some shards, as one queue. */
export interface DueQueue {
  /** The session that fell due first of those left, read on as needed; `undefined` at the end. */
  next(): Promise<DueSession | undefined>
  /** How many were read and not taken: there may be more behind them. */
  readonly waiting: number
  /** Shards of which not everything could be read, with what they threw. */
  readonly failures: ReadonlyMap<number, unknown>
}

interface Shard {
  readonly number: number
  page: readonly DueSession[]
  taken: number
  next: DueCursor | undefined
}

/**
 * Merges the shards in the order in which their sessions fell due, so that a run that cannot do all
 * has done the oldest. A shard that cannot be read does not hold up the others.
 */
export function inDueOrder(
  due: DueSessions,
  shards: readonly number[],
  until: EpochSeconds,
): DueQueue {
  const failures = new Map<number, unknown>()
  let heads: Shard[] | undefined
  let turn: Promise<unknown> = Promise.resolve()

  async function read(number: number, from?: DueCursor): Promise<Shard | undefined> {
    try {
      const request = { until, limit: PAGE_SIZE, ...(from && { from }) }
      const { sessions, next } = await due.page(number, request)
      if (sessions.length > 0) return { number, page: sessions, taken: 0, next }
      // A page may be empty and not the last.
      return next && (await read(number, next))
    } catch (error) {
      failures.set(number, error)
      return undefined
    }
  }

  async function take(): Promise<DueSession | undefined> {
    heads ??= (await Promise.all(shards.map((shard) => read(shard)))).filter(isThere)
    let oldest: Shard | undefined
    for (const head of heads) if (!oldest || dueAt(head) < dueAt(oldest)) oldest = head
    if (!oldest) return undefined

    const taken = oldest.page[oldest.taken]
    oldest.taken += 1
    if (oldest.taken === oldest.page.length) {
      const refilled = oldest.next && (await read(oldest.number, oldest.next))
      heads = heads.flatMap((head) => (head === oldest ? (refilled ?? []) : head))
    }
    return taken
  }

  return {
    // One at a time, in the order of asking: the heads are shared.
    next() {
      const mine = turn.then(take)
      turn = mine
      return mine
    },
    get waiting() {
      return (heads ?? []).reduce((sum, { page, taken }) => sum + page.length - taken, 0)
    },
    failures,
  }
}

function dueAt({ page, taken }: Shard): EpochSeconds {
  return page[taken]?.dueAt ?? Number.POSITIVE_INFINITY
}

function isThere<T>(value: T | undefined): value is T {
  return value !== undefined
}
