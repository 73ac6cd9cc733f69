import { type Demand, demandOf } from './demand.ts'
import type { SizeOutcome } from './simulate-sizes.ts'
import type { SIZES } from './sizes.ts'

/** At the recommended settings, at the most renewals that any condition brings. */
export function demandAt(
  { sessions, recommended }: (typeof SIZES)[number],
  outcomes: readonly SizeOutcome[],
): Demand {
  const { schedules } = recommended
  const ofSize = outcomes.filter((one) => one.sessions === sessions && one.isRecommended)
  const most = Math.max(...ofSize.map(({ outcome }) => outcome.renewalsASecond))
  return demandOf({ sessions, schedules, renewalsASecond: most * schedules })
}
