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
        .flatMap(({ id, dueAt }) =>
          dueAt !== undefined && dueAt <= until && shardOf(id) === shard ? [{ id, dueAt }] : [],
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

    async postpone({ id, dueAt }, until) {
      const row = await sessions.read(id)
      if (row?.dueAt === dueAt && row.status === 'active') sessions.put({ ...row, dueAt: until })
    },

    async drop({ id, dueAt: dropped }) {
      const row = await sessions.read(id)
      if (row?.dueAt !== dropped) return
      const { dueAt, ...kept } = row
      sessions.put(kept)
    },
  }
}
