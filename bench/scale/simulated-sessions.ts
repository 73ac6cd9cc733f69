import { dueShard } from '#adapters/dynamodb/session-item.ts'
import { memorySessionStore } from '#adapters/memory/session-store.ts'
import type { DueSessions } from '#core/refresher/due-sessions.ts'
import type { Session, SessionStore } from '#core/session/session-store.ts'

/** Requests that were made to the tables so far, by what they are. */
export interface TableCounts {
  queries: number
  reads: number
  writes: number
}

/** A session's tokens were stored; its row as it was before. */
type OnRenewed = (before: Session) => void

export interface SimulatedSessions {
  readonly counts: TableCounts
  put(session: Session): void
  all(): readonly Session[]
  /** The stores as one instance sees them, to which each request takes its time. */
  seenBy(request: () => Promise<void>): {
    readonly sessions: SessionStore
    readonly due: DueSessions
  }
}

/**
 * Sessions in memory by the rules of the memory store, with the due index beside them: in DynamoDB's
 * own order, page by page, and kept up to date by what is written rather than looked for.
 */
export function simulatedSessions(onRenewed: OnRenewed): SimulatedSessions {
  const rows = memorySessionStore()
  const counts: TableCounts = { queries: 0, reads: 0, writes: 0 }
  const shards = new Map<number, Map<number, Set<string>>>()

  /** The sessions of a shard that are due in one second. */
  function dueIn(shard: number, second: number): Set<string> {
    const seconds = shards.get(shard) ?? new Map<number, Set<string>>()
    shards.set(shard, seconds)
    const due = seconds.get(second) ?? new Set()
    seconds.set(second, due)
    return due
  }
  function index(id: string, before: number | undefined, after: number | undefined): void {
    if (before === after) return
    const shard = dueShard(id)
    if (after !== undefined) dueIn(shard, after).add(id)
    if (before === undefined) return
    const left = dueIn(shard, before)
    left.delete(id)
    if (left.size === 0) shards.get(shard)?.delete(before)
  }

  const page: DueSessions['page'] = async (shard, { until, limit, from }) => {
    const last = from as { readonly id: string; readonly dueAt: number } | undefined
    const seconds = [...(shards.get(shard) ?? [])]
      .filter(([second]) => second <= until && second >= (last?.dueAt ?? 0))
      .sort(([one], [other]) => one - other)
    const sessions: { readonly id: string; readonly dueAt: number }[] = []
    for (const [dueAt, ids] of seconds) {
      for (const id of [...ids].sort()) {
        if (last && dueAt === last.dueAt && id <= last.id) continue
        sessions.push({ id, dueAt })
        // DynamoDB says where to go on wherever it stops at the limit, be there more or not.
        if (sessions.length === limit) return { sessions, next: { id, dueAt } }
      }
    }
    return { sessions, next: undefined }
  }

  return {
    counts,
    put(session) {
      rows.put(session)
      index(session.id, undefined, session.dueAt)
    },
    all: rows.all,
    seenBy(request) {
      const counted = async (what: keyof TableCounts): Promise<void> => {
        counts[what] += 1
        await request()
      }
      const sessions: SessionStore = {
        ...rows,
        async read(id) {
          await counted('reads')
          return rows.read(id)
        },
        async acquireLease(id, asked) {
          await counted('writes')
          return rows.acquireLease(id, asked)
        },
        async storeTokens(id, guard, tokens) {
          await counted('writes')
          const before = await rows.read(id)
          const isStored = await rows.storeTokens(id, guard, tokens)
          const after = await rows.read(id)
          if (isStored && before && after) {
            index(id, before.dueAt, after.dueAt)
            onRenewed(before)
          }
          return isStored
        },
        async releaseLease(id, guard, outcome) {
          await counted('writes')
          return rows.releaseLease(id, guard, outcome)
        },
      }
      const due: DueSessions = {
        async page(shard, asked) {
          await counted('queries')
          return page(shard, asked)
        },
        postpone: () => Promise.reject(new Error('Every session here is renewed ahead')),
        drop: () => Promise.reject(new Error('No session here needs its person')),
      }
      return { sessions, due }
    },
  }
}
