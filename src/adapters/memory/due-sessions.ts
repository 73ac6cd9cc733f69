import type { DueSessions } from '#core/refresher/due-sessions.ts'
import type { MemorySessionStore } from './session-store.ts'

/** What is due of sessions in memory, for tests: each reading looks at all of them. */
export function memoryDueSessions(
  sessions: MemorySessionStore,
  shardOf: (id: string) => number,
): DueSessions {
  return {
    async page(shard, { until, limit, from }) {
      const due = sessions
        .all()
        .flatMap(({ id, renewAhead, refreshDueAt }) =>
          renewAhead && refreshDueAt !== undefined && refreshDueAt <= until && shardOf(id) === shard
            ? [{ id, dueAt: refreshDueAt }]
            : [],
        )
        .toSorted((one, other) => one.dueAt - other.dueAt || (one.id < other.id ? -1 : 1))
      const last = from as { readonly id: string; readonly dueAt: number } | undefined
      const rest = last
        ? due.filter(
            ({ id, dueAt }) => dueAt > last.dueAt || (dueAt === last.dueAt && id > last.id),
          )
        : due
      return {
        sessions: rest.slice(0, limit),
        next: rest.length > limit ? rest[limit - 1] : undefined,
      }
    },

    async drop({ id, dueAt }) {
      const row = await sessions.read(id)
      if (row?.refreshDueAt !== dueAt) return
      const { renewAhead, ...kept } = row
      sessions.put(kept)
    },
  }
}
