import type {
  LeaseGuard,
  ReleaseOutcome,
  RenewedTokens,
  Session,
  SessionStore,
} from '#core/session/session-store.ts'

/** What a write makes of a row: `row` is what stands then, `done` what the caller is told. */
export interface RowWrite {
  readonly row: Session | undefined
  readonly done: boolean
}

type AcquireRequest = Parameters<SessionStore['acquireLease']>[1]

/** The writes of a {@link SessionStore} under a lease, each as a function of the row. */
export interface SessionRowWrites {
  acquire(row: Session | undefined, request: AcquireRequest): RowWrite
  store(row: Session | undefined, guard: LeaseGuard, tokens: RenewedTokens): RowWrite
  release(row: Session | undefined, guard: LeaseGuard, outcome: ReleaseOutcome): RowWrite
}

/** The row, if the lease named is the one that stands in it. */
function held(row: Session | undefined, { fence, owner }: LeaseGuard): Session | undefined {
  return row?.fence === fence && row.lease?.owner === owner ? row : undefined
}

export const sessionRowWrites: SessionRowWrites = {
  acquire(row, { fence, lease, attempt, deadOwner }) {
    if (row?.lease?.owner === lease.owner) return { row, done: true }
    const isAsRead = row?.fence === fence && row.lease?.owner === deadOwner
    if (row?.status !== 'active' || !isAsRead) return { row, done: false }
    return { row: { ...row, fence: fence + 1, lease, attempt }, done: true }
  },

  store(row, guard, tokens) {
    const ours = held(row, guard)
    if (!ours) return { row, done: row?.sealedTokens === tokens.sealedTokens }
    const { lease, attempt, nextAttemptAt, renewAhead, dueAt, ...kept } = ours
    const { dueAt: next, ...stored } = tokens
    // Whoever ended the session meanwhile has said when it is due: now.
    const due = ours.status === 'active' ? next : dueAt
    const looked = due !== undefined && { dueAt: due }
    return { row: { ...kept, ...stored, ...looked, failures: 0 }, done: true }
  },

  release(row, guard, { status, failures, nextAttemptAt, attempt }) {
    const ours = held(row, guard)
    if (!ours) return { row, done: row?.fence === guard.fence && row.lease === undefined }
    const { lease, attempt: ended, nextAttemptAt: before, dueAt, ...kept } = ours
    // Whoever ended the session meanwhile has the last word on its status and on when it is due.
    const stays = ours.status !== 'active' || status === 'active'
    const released = {
      ...kept,
      status: ours.status === 'active' ? status : ours.status,
      failures,
      ...(dueAt !== undefined && stays && { dueAt }),
      ...(attempt && { attempt }),
      ...(nextAttemptAt !== undefined && { nextAttemptAt }),
    }
    return { row: released, done: true }
  },
}
