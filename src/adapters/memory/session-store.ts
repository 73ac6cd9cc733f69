import type { LeaseGuard, Session, SessionStore } from '#core/session/session-store.ts'

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

  const holding = (id: string, { fence, owner }: LeaseGuard) => {
    const row = rows.get(id)
    return row?.fence === fence && row.lease?.owner === owner ? row : undefined
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
      const { renewAhead, ...kept } = row
      rows.set(id, { ...kept, status: 'reauthorization-required' })
    },

    async acquireLease(id, { fence, lease, attempt, deadOwner }) {
      const row = rows.get(id)
      if (row?.lease?.owner === lease.owner) return row
      const free = row?.lease === undefined || row.lease.owner === deadOwner
      if (row?.status !== 'active' || row.fence !== fence || !free) return undefined
      const acquired = { ...row, fence: fence + 1, lease, attempt }
      rows.set(id, acquired)
      return acquired
    },

    async storeTokens(id, guard, tokens) {
      const row = holding(id, guard)
      if (!row) return rows.get(id)?.sealedTokens === tokens.sealedTokens
      const { lease, attempt, nextAttemptAt, ...kept } = row
      const { renewAhead, refreshDueAt, ...rest } = kept
      const { renewAhead: ahead, refreshDueAt: dueAt, ...stored } = tokens
      rows.set(id, {
        ...(row.status === 'active'
          ? { ...rest, refreshDueAt: dueAt, ...(ahead && { renewAhead: ahead }) }
          : kept),
        ...stored,
        failures: 0,
      })
      return true
    },

    async releaseLease(id, guard, { status, failures, nextAttemptAt, unresolved }) {
      const row = holding(id, guard)
      if (!row) {
        const freed = rows.get(id)
        return freed?.fence === guard.fence && freed.lease === undefined
      }
      const { lease, attempt, nextAttemptAt: before, renewAhead, ...kept } = row
      // Whoever ended the session meanwhile has the last word on its status and on when it is due.
      const stays = row.status !== 'active' || status === 'active'
      rows.set(id, {
        ...kept,
        status: row.status === 'active' ? status : row.status,
        failures,
        ...(renewAhead && stays && { renewAhead }),
        ...(unresolved && attempt && { attempt }),
        ...(nextAttemptAt !== undefined && { nextAttemptAt }),
      })
      return true
    },
  }
}
