import type { Metrics } from '#core/metrics.ts'
import { unforeseenFields } from '#core/unforeseen-fields.ts'
import { inDueOrder } from './in-due-order.ts'
import { places } from './places.ts'
import { turnsApart } from './turns-apart.ts'
import {
  AHEAD_SECONDS,
  type DueOutcome,
  type WorkDueSessionDeps,
  workDueSession,
} from './work-due-session.ts'

/** A run begins nothing after this much of its minute: the next one is about to. */
const RUN_MS = 55_000

/**
 * What one session may take at worst: waiting for another holder's lease to be judged dead (21 s),
 * with the reads around it. A renewal of its own is begun only with the time to end it left.
 */
const WORST_CASE_MS = 25_000

/**
 * So many more, as a share of those at their EHR, may be sealing and storing what it answered. That
 * takes a small part of the time an answer does; where the table is slow it bounds how many wait for it.
 */
const STORING_SHARE = 0.25

export interface SweepDeps extends WorkDueSessionDeps {
  /** Milliseconds of a clock that only goes forward. */
  readonly monotonicMs: () => number
  readonly metrics: Metrics
  /** Awaited before a session is begun. @default two turns of the event loop apart */
  readonly turn?: () => Promise<void>
}

/** One run over some shards of the due index. */
export interface SweepRequest {
  readonly firstShard: number
  /** Included. */
  readonly lastShard: number
  /** Sessions at once that are at their EHR, or on the way there. */
  readonly concurrency: number
  /** What is left of the invocation. */
  readonly remainingMs: () => number
}

/** How a run went: sessions by what was done about them. */
export type SweepSummary = Readonly<Record<DueOutcome, number>> & {
  /** Read as due and not begun for want of time: there may be more behind them. */
  readonly waiting: number
  /** How long the session that was due longest had been so; 0 if none was due yet. */
  readonly oldestDueSeconds: number
}

/**
 * Works what is due in the given shards, the oldest first, many sessions at once, until all is done
 * or the run's time is; what is left is the next run's. All that was begun has ended when it
 * resolves, because Lambda freezes then.
 *
 * @throws Error if a shard could not be read to its end, after the others were worked
 */
export async function sweep(request: SweepRequest, deps: SweepDeps): Promise<SweepSummary> {
  const { firstShard, lastShard, concurrency, remainingMs } = request
  const { now, log, metrics, monotonicMs, turn = turnsApart() } = deps
  const startedAt = now()
  const startedMs = monotonicMs()
  const shards = Array.from({ length: lastShard - firstShard + 1 }, (_, i) => firstShard + i)
  const queue = inDueOrder(deps.due, shards, startedAt + AHEAD_SECONDS)
  const outcomes = { renewed: 0, ended: 0, dropped: 0, left: 0, failed: 0 }
  let oldestDueSeconds = 0

  const hasTime = () => monotonicMs() - startedMs < RUN_MS && remainingMs() >= WORST_CASE_MS
  const takePlace = places(concurrency)
  const work = async () => {
    for (;;) {
      const leavePlace = await takePlace()
      try {
        await turn()
        const due = hasTime() ? await queue.next() : undefined
        if (!due) return
        oldestDueSeconds = Math.max(oldestDueSeconds, startedAt - due.dueAt)
        outcomes[await workDueSession(due, remainingMs, deps, leavePlace)] += 1
      } finally {
        leavePlace()
      }
    }
  }
  const inWork = concurrency + Math.ceil(concurrency * STORING_SHARE)
  await Promise.all(Array.from({ length: inWork }, work))

  const summary = { ...outcomes, waiting: queue.waiting, oldestDueSeconds }
  metrics.add({ name: 'OldestDue', seconds: Math.max(0, oldestDueSeconds) })
  log.info('sweep_ended', {
    firstShard,
    lastShard,
    ...summary,
    durationMs: Math.round(monotonicMs() - startedMs),
  })
  const [unread] = queue.failures
  if (unread) {
    log.error('due_index_unread', { firstShard: unread[0], ...unforeseenFields(unread[1]) })
    throw new Error(`${queue.failures.size} shards of the due index could not be read`)
  }
  return summary
}
