import { RENEWAL_CPU_MS, SLOW_UPSTREAM_MS, TABLE_MS, UPSTREAM_MS } from './measured.ts'
import {
  type RefresherOutcome,
  type RefresherSettings,
  simulateRefresher,
} from './simulate-refresher.ts'
import { BY_DEFAULT, type Settings, SIZES } from './sizes.ts'

const SEED = 1
const LIFE_SECONDS = 3_600

/** What a schedule and an EHR may be like. */
export const CONDITIONS = [
  { name: 'on the second', delivery: 'on the second', upstreamMs: UPSTREAM_MS },
  { name: 'in its minute', delivery: 'anywhere in the minute', upstreamMs: UPSTREAM_MS },
  {
    name: 'in its minute, EHR slow',
    delivery: 'anywhere in the minute',
    upstreamMs: SLOW_UPSTREAM_MS,
  },
] as const satisfies readonly ({ name: string } & Pick<
  RefresherSettings,
  'delivery' | 'upstreamMs'
>)[]

type Condition = (typeof CONDITIONS)[number]

/** One simulation of a size. */
export interface SizeOutcome {
  readonly sessions: number
  readonly settings: Settings
  readonly isRecommended: boolean
  readonly condition: Condition
  readonly outcome: RefresherOutcome
}

/** One size as recommended, or by default, under one condition. */
async function simulateSize(
  sessions: number,
  settings: Settings,
  condition: Condition,
): Promise<RefresherOutcome> {
  const { schedules, concurrency, marginSeconds } = settings
  return simulateRefresher({
    sessions,
    schedules,
    concurrency,
    terms: { lifeSeconds: LIFE_SECONDS, marginSeconds },
    durations: { cpuMs: RENEWAL_CPU_MS, tableMs: TABLE_MS },
    upstreamMs: condition.upstreamMs,
    delivery: condition.delivery,
    seed: SEED,
  })
}

/** Every size under every condition; by default too, as long as that says something new. */
export async function simulateSizes(
  tell: (outcome: SizeOutcome) => void = () => undefined,
): Promise<readonly SizeOutcome[]> {
  const outcomes: SizeOutcome[] = []
  for (const { sessions, recommended } of SIZES) {
    for (const settings of [BY_DEFAULT, recommended]) {
      const isRecommended = settings === recommended
      for (const condition of CONDITIONS) {
        const outcome = await simulateSize(sessions, settings, condition)
        outcomes.push({ sessions, settings, isRecommended, condition, outcome })
        tell(outcomes.at(-1) as SizeOutcome)
        // Where sessions lapse under the kindest condition, the others have no more to say.
        if (!isRecommended && outcome.lapsed > 0 && condition === CONDITIONS[0]) break
      }
    }
  }
  return outcomes
}
