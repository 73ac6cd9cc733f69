import type { Context } from 'aws-lambda'
import type { RefresherEvent } from '#contract/refresher.ts'
import { SESSIONS_TABLE } from '#contract/tables.ts'
import { type SweepDeps, type SweepSummary, sweep } from '#core/refresher/sweep.ts'

/**
 * On a schedule: renews what is due in the schedule's shards. An error reaches the function's
 * failure queue with the event, and is not repeated: the next minute is.
 */
export function refresherHandler(deps: SweepDeps) {
  return async (
    event: RefresherEvent,
    context: Pick<Context, 'getRemainingTimeInMillis'>,
  ): Promise<SweepSummary> => {
    const { firstShard, lastShard } = event
    if (!isShard(firstShard) || !isShard(lastShard) || firstShard > lastShard) {
      throw new Error('The event must name the first and the last of its shards')
    }
    const remainingMs = () => context.getRemainingTimeInMillis()
    return sweep({ firstShard, lastShard, remainingMs }, deps)
  }
}

function isShard(value: number): boolean {
  return Number.isInteger(value) && value >= 0 && value < SESSIONS_TABLE.dueIndex.shards
}
