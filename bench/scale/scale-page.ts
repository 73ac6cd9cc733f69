import { REFRESHER } from '../../lib/functions/background-functions.ts'
import { demandAt } from './demand-at.ts'
import { LIMITS, LIMITS_OF, share, toAskFor } from './limits.ts'
import { MEASURED_OF, RENEWAL_CPU_MS, SLOW_UPSTREAM_MS, UPSTREAM_MS } from './measured.ts'
import { MB_OF_A_CORE } from './simulate-refresher.ts'
import type { SizeOutcome } from './simulate-sizes.ts'
import { BY_DEFAULT, type Settings, SIZES } from './sizes.ts'

const GENERATED = '<!-- From here on written by `npm run scale`. -->'

const RAISED_BY = {
  setting: 'you, in deployments.json',
  you: 'you, as the table’s warm throughput',
  AWS: 'AWS, when asked',
  nobody: 'nobody',
} as const

/** @param page as it is: what is written by hand is kept */
export function scalePage(page: string, outcomes: readonly SizeOutcome[]): string {
  const [byHand = ''] = page.split(GENERATED)
  return `${[
    `${byHand.trimEnd()}\n\n${GENERATED}`,
    '## What to raise',
    raiseTable(outcomes),
    '## What binds first',
    bindsTable(outcomes),
    '## The refresher, simulated',
    simulationTable(outcomes),
    '## The limits',
    limitsTable(),
  ].join('\n\n')}\n`
}

/** The limits that were assumed, with where they are from. */
export function limitsTable(): string {
  return table(
    ['Limit', `Default, as of ${LIMITS_OF}`, 'Least of the regions', 'Raised by', 'Source'],
    LIMITS.map(({ name, value, least, raisedBy, source }) => [
      name,
      number(value(BY_DEFAULT)),
      least === undefined ? '–' : number(least),
      RAISED_BY[raisedBy],
      source.startsWith('http') ? `[AWS](${source})` : `[here](${source})`,
    ]),
  )
}

function raiseTable(outcomes: readonly SizeOutcome[]): string {
  const settings: readonly (readonly [string, (settings: Settings) => number])[] = [
    ['`refresh.schedules`', ({ schedules }) => schedules],
    ['`refresh.concurrency`', ({ concurrency }) => concurrency],
    ['`refreshMarginSeconds`, of each connection', ({ marginSeconds }) => marginSeconds],
    ['`throttles.stage.rate`', ({ stageRate }) => stageRate],
    ['`throttles.methods`, of the doors of a launch', ({ launchRate }) => launchRate],
  ]
  const ours = settings.map(([name, of]) => [
    name,
    number(of(BY_DEFAULT)),
    ...SIZES.map(({ recommended }) =>
      of(recommended) === of(BY_DEFAULT) ? '–' : `**${number(of(recommended))}**`,
    ),
  ])
  const asked = LIMITS.filter(({ raisedBy }) => raisedBy !== 'setting').map((limit) => [
    limit.name,
    number(limit.value(BY_DEFAULT)),
    ...SIZES.map((size) => {
      const wanted = toAskFor(limit, demandAt(size, outcomes), size.recommended)
      return wanted === undefined ? '–' : `**${number(wanted)}**`
    }),
  ])
  return table(
    ['', 'Default', ...SIZES.map(({ sessions }) => number(sessions))],
    [...ours, ...asked],
  )
}

function bindsTable(outcomes: readonly SizeOutcome[]): string {
  const rows = LIMITS.map((limit) => [
    limit.name,
    ...SIZES.map((size) => {
      const demand = demandAt(size, outcomes)
      const taken = share(limit, demand, BY_DEFAULT)
      return `${number(limit.demand(demand))} (${percent(taken)})`
    }),
  ])
  const runs = SIZES.map(({ sessions }) => {
    const fails = outcomes.find(
      (one) => one.sessions === sessions && !one.isRecommended && one.outcome.lapsed > 0,
    )
    return fails ? `lapses, ${fails.condition.name}` : 'keeps up'
  })
  return table(
    ['At its peak, of the default', ...SIZES.map(({ sessions }) => number(sessions))],
    [['The refresher', ...runs], ...rows],
  )
}

function simulationTable(outcomes: readonly SizeOutcome[]): string {
  const rows = outcomes.map(({ sessions, settings, isRecommended, condition, outcome }) => [
    number(sessions),
    `${isRecommended ? 'recommended' : 'default'}: ${settings.schedules} × ${settings.concurrency}, ${settings.marginSeconds} s`,
    condition.name,
    outcome.lapsed === 0 ? 'none' : `**${percent(outcome.lapsed / outcome.sessions)}**`,
    seconds(outcome.late.p50),
    seconds(outcome.late.p99),
    seconds(outcome.late.most),
    seconds(outcome.longestRun),
    number(outcome.renewalsASecond * settings.schedules),
  ])
  const core = (REFRESHER.memoryMb / MB_OF_A_CORE).toFixed(2)
  return [
    `Schedules × sessions at once, margin. A renewal computes for ${RENEWAL_CPU_MS} ms of a core (measured ${MEASURED_OF}), of which the refresher has ${core}; an EHR answers in ${UPSTREAM_MS} ms (median), a slow one in ${SLOW_UPSTREAM_MS / 1_000} s.`,
    table(
      [
        'Sessions',
        'Settings',
        'Delivered',
        'Tokens that ended first',
        'Late, p50',
        'p99',
        'most',
        'Longest run',
        'Renewals a second',
      ],
      rows,
    ),
  ].join('\n\n')
}

function table(head: readonly string[], rows: readonly (readonly string[])[]): string {
  const line = (cells: readonly string[]) => `| ${cells.join(' | ')} |`
  return [line(head), line(head.map(() => '---')), ...rows.map(line)].join('\n')
}

function number(value: number): string {
  return value.toLocaleString('en-US', { maximumSignificantDigits: value < 1 ? 1 : 3 })
}

function percent(part: number): string {
  return `${(100 * part).toLocaleString('en-US', { maximumSignificantDigits: 2 })} %`
}

function seconds(value: number): string {
  return `${value.toFixed(1)} s`
}
