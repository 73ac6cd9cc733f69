import { readFileSync } from 'node:fs'
import { describe, expect, it } from 'vitest'
import { problemsOf } from '../../bench/scale/check-sizes.ts'
import { limitsTable } from '../../bench/scale/scale-page.ts'
import { simulateRefresher } from '../../bench/scale/simulate-refresher.ts'
import { CONDITIONS, type SizeOutcome } from '../../bench/scale/simulate-sizes.ts'
import { BY_DEFAULT, SIZES } from '../../bench/scale/sizes.ts'
import { keysOfShard, simulateRun } from '../../bench/scale/small-end.ts'

const run = (count: number, cpuMs: number) =>
  simulateRun({
    ids: keysOfShard(count, 3),
    firstShard: 3,
    lastShard: 3,
    concurrency: 50,
    upstreamMs: 150,
    cpuMs,
  })

const few = (changes: Partial<Parameters<typeof simulateRefresher>[0]> = {}) =>
  simulateRefresher({
    sessions: 400,
    schedules: 2,
    concurrency: 50,
    terms: { lifeSeconds: 3_600, marginSeconds: 60 },
    durations: { cpuMs: 4, tableMs: 5 },
    upstreamMs: 150,
    delivery: 'on the second',
    seed: 7,
    ...changes,
  })

describe('A simulated run', () => {
  it('takes as long as the answers do, where nothing is computed', async () => {
    expect((await run(200, 0)).seconds).toBeCloseTo((200 / 50) * 0.15, 6)
  })

  it('takes as long as its one processor does, where that is more', async () => {
    const { seconds } = await run(200, 20)
    expect(seconds).toBeGreaterThan(200 * 0.02)
    expect(seconds).toBeLessThan(200 * 0.02 + 0.5)
  })

  it('asks the table three times a renewal, and once a hundred sessions for the index', async () => {
    const { counts } = await run(250, 1)
    expect(counts).toEqual({ queries: 3, reads: 250, writes: 500 })
  })
})

describe('A simulated morning', () => {
  it('is the same for the same seed, and another for another', async () => {
    expect(await few()).toEqual(await few())
    expect(await few()).not.toEqual(await few({ seed: 8 }))
  })

  it('has each session renewed in time where little is due', async () => {
    const { sessions, renewed, lapsed, runsAtOnce } = await few()
    expect([sessions, lapsed, runsAtOnce]).toEqual([200, 0, 1])
    expect(renewed).toBeGreaterThanOrEqual(sessions)
  })

  it('shows tokens that end where a renewal takes longer than there is', async () => {
    const { lapsed } = await few({ sessions: 4_000, concurrency: 1, upstreamMs: 2_000 })
    expect(lapsed).toBeGreaterThan(100)
  })
})

describe('The check of the sizes', () => {
  const [size] = SIZES
  const outcomes = async (): Promise<SizeOutcome[]> => {
    if (!size) throw new Error('There is no size')
    const of = { ...size, condition: CONDITIONS[0], outcome: await few() }
    return [
      { ...of, settings: size.recommended, isRecommended: true },
      {
        ...of,
        settings: BY_DEFAULT,
        isRecommended: false,
        outcome: { ...of.outcome, lapsed: 1 },
      },
    ]
  }

  it('is content where only the default fails', async () => {
    expect(problemsOf(await outcomes())).toEqual([])
  })

  it('finds a recommendation that lets a token end, and a simulation that cannot fail', async () => {
    const [recommended, byDefault] = await outcomes()
    if (!recommended || !byDefault) throw new Error('There are two')
    const lapsing = { ...recommended, outcome: { ...recommended.outcome, lapsed: 3 } }
    expect(problemsOf([lapsing, byDefault])).toEqual([
      '10000 sessions, on the second: 3 tokens ended before they were renewed',
    ])
    const never = { ...byDefault, outcome: { ...byDefault.outcome, lapsed: 0 } }
    expect(problemsOf([recommended, never])).toEqual([
      '10000 sessions by default: nothing lapsed, which cannot be',
    ])
  })
})

it('docs/scale.md has the limits that were reckoned with; its simulations a long test compares', () => {
  expect(readFileSync('docs/scale.md', 'utf8')).toContain(limitsTable())
})
