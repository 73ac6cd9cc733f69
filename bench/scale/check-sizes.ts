import { REFRESHER } from '../../lib/functions/background-functions.ts'
import { demandAt } from './demand-at.ts'
import { LIMITS, toAskFor } from './limits.ts'
import type { SizeOutcome } from './simulate-sizes.ts'
import { SIZES } from './sizes.ts'

/**
 * What is not as it must be: as recommended, no access token ends before it is renewed, under no
 * condition, no run waits for a place, and no throttle of ours is tight; by default the largest size must be seen to fail, or the
 * simulation could not tell.
 */
export function problemsOf(outcomes: readonly SizeOutcome[]): readonly string[] {
  const problems: string[] = []
  for (const { sessions, isRecommended, condition, outcome } of outcomes) {
    const where = `${sessions} sessions, ${condition.name}`
    if (isRecommended && outcome.lapsed > 0) {
      problems.push(`${where}: ${outcome.lapsed} tokens ended before they were renewed`)
    }
    if (outcome.renewed < outcome.sessions && isRecommended) {
      problems.push(`${where}: ${outcome.renewed} renewals of ${outcome.sessions} sessions`)
    }
    if (outcome.runsAtOnce > REFRESHER.runsOfASchedule) {
      problems.push(`${where}: ${outcome.runsAtOnce} runs of a schedule at once`)
    }
  }
  for (const size of SIZES.filter((one) => outcomes.some((of) => of.sessions === one.sessions))) {
    const demand = demandAt(size, outcomes)
    for (const limit of LIMITS.filter(({ raisedBy }) => raisedBy === 'setting')) {
      if (toAskFor(limit, demand, size.recommended) === undefined) continue
      problems.push(`${size.sessions} sessions: too little of ${limit.name}`)
    }
  }
  const largest = Math.max(...outcomes.map(({ sessions }) => sessions))
  const byDefault = outcomes.filter(
    ({ sessions, isRecommended }) => sessions === largest && !isRecommended,
  )
  if (byDefault.every(({ outcome }) => outcome.lapsed === 0)) {
    problems.push(`${largest} sessions by default: nothing lapsed, which cannot be`)
  }
  return problems
}
