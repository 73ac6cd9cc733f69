import type { EndingSessions } from '#core/session/ending-sessions.ts'
import type { MemorySessionStore } from './session-store.ts'

/** The end of sessions in memory, for tests. */
export function memoryEndingSessions(sessions: MemorySessionStore): EndingSessions {
  return {
    async begin({ id, fence, lastUsedAt }, now, deadOwner) {
      const row = await sessions.read(id)
      const free = row?.lease === undefined || row.lease.owner === deadOwner
      if (row?.status !== 'active' || row.fence !== fence || row.lastUsedAt !== lastUsedAt) return
      if (!free) return
      const { lease, ...kept } = row
      const marked = { ...kept, status: 'ending', dueAt: now } as const
      const ended = { ...marked, fence: fence + 1 }
      sessions.put(ended)
      return ended
    },

    async remove({ id, fence, tokenVersion }) {
      const row = await sessions.read(id)
      if (row?.status !== 'ending' || row.fence !== fence) return
      if (row.tokenVersion === tokenVersion) sessions.delete(id)
    },
  }
}
