import type { Session, SessionStore } from '#core/session/session-store.ts'
import { type RowWrite, sessionRowWrites } from './session-row.ts'

export interface MemorySessionStore extends SessionStore {
  /** Deletes a session, as its end or the table's TTL does. */
  delete(id: string): void
  /** Puts a session as it is, over what is there: to set a stage that no caller could. */
  put(session: Session): void
  all(): readonly Session[]
}

/** Sessions in memory, for tests. */
export function memorySessionStore(): MemorySessionStore {
  const rows = new Map<string, Session>()

  const write = (id: string, written: RowWrite): RowWrite => {
    if (written.row) rows.set(id, written.row)
    return written
  }

  return {
    delete: (id) => void rows.delete(id),
    put: (session) => void rows.set(session.id, session),
    all: () => [...rows.values()],

    async create(session) {
      const row = rows.get(session.id)
      if (row && Buffer.compare(row.sealedTokens, session.sealedTokens) !== 0) {
        throw new Error('The session is there')
      }
      if (!row) rows.set(session.id, session)
    },

    read: async (id) => rows.get(id),

    async touch(id, lastUsedAt) {
      const row = rows.get(id)
      if (row && row.lastUsedAt < lastUsedAt) rows.set(id, { ...row, lastUsedAt })
    },

    async demandReauthorization(id, tokenVersion) {
      const row = rows.get(id)
      if (row?.status !== 'active' || row.tokenVersion !== tokenVersion || row.lease) return
      const { dueAt, ...kept } = row
      rows.set(id, { ...kept, status: 'reauthorization-required' })
    },

    async acquireLease(id, request) {
      const { row, done } = write(id, sessionRowWrites.acquire(rows.get(id), request))
      return done ? row : undefined
    },

    storeTokens: async (id, guard, tokens) =>
      write(id, sessionRowWrites.store(rows.get(id), guard, tokens)).done,

    releaseLease: async (id, guard, outcome) =>
      write(id, sessionRowWrites.release(rows.get(id), guard, outcome)).done,
  }
}
