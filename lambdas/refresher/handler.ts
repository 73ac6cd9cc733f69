import type { Context } from 'aws-lambda'
import type { RefresherEvent } from '#contract/refresher.ts'
import { SESSIONS_TABLE } from '#contract/tables.ts'
import { type SweepDeps, type SweepSummary, sweep } from '#core/refresher/sweep.ts'

/** Each has a connection and its tokens in memory. */
const MOST_AT_ONCE = 500

/**
 * On a schedule: renews what is due in the schedule's shards. An error reaches the function's
 * failure queue with the event, and is not repeated: the next minute is.
 */
export function refresherHandler(deps: SweepDeps) {
  return async (
    event: RefresherEvent,
    context: Pick<Context, 'getRemainingTimeInMillis'>,
  ): Promise<SweepSummary> => {
    const { firstShard, lastShard, concurrency } = event
    if (!isShard(firstShard) || !isShard(lastShard) || firstShard > lastShard) {
      throw new Error('The event must name the first and the last of its shards')
    }
    if (!Number.isInteger(concurrency) || concurrency < 1 || concurrency > MOST_AT_ONCE) {
      throw new Error(
        `The event must say how many sessions to work at once, ${MOST_AT_ONCE} at most`,
      )
    }
    const remainingMs = () => context.getRemainingTimeInMillis()
    return sweep({ firstShard, lastShard, concurrency, remainingMs }, deps)
  }
}

function isShard(value: number): boolean {
  return Number.isInteger(value) && value >= 0 && value < SESSIONS_TABLE.dueIndex.shards
}
