import { readFileSync } from 'node:fs'
import { expect, it } from 'vitest'
import { SESSIONS_TABLE } from '#contract/tables.ts'
import { refreshWorld, TIME } from '../../bench/refresh-world.ts'
import { problemsOf } from '../../bench/scale/check-sizes.ts'
import { scalePage } from '../../bench/scale/scale-page.ts'
import { simulateSizes } from '../../bench/scale/simulate-sizes.ts'
import { simulateRun } from '../../bench/scale/small-end.ts'
import { soakInstance } from '../support/soak/instance.ts'

it('a simulated run asks DynamoDB exactly as often as a real one over 2,000 due sessions', async () => {
  const world = await refreshWorld({ connections: 1 })
  try {
    const stored = await world.store({ count: 2_000, sealers: 1, areOver: true })
    const { sweep } = soakInstance(world.config, TIME)
    const lastShard = SESSIONS_TABLE.dueIndex.shards - 1
    const before = world.calls('dynamodb')
    // What a slow machine leaves to the next run, that one asks the index for again.
    let queriesRepeated = 0
    for (let run = 0; run < 10 && world.presented() < stored.length; run += 1) {
      const asked = world.calls('dynamodb', ['Query'])
      await sweep(0, lastShard, 50)
      if (run > 0) queriesRepeated += world.calls('dynamodb', ['Query']) - asked
    }
    const { counts } = await simulateRun({
      ids: stored.map(({ key }) => key),
      firstShard: 0,
      lastShard,
      concurrency: 50,
      upstreamMs: 150,
      cpuMs: 4,
    })
    expect(world.presented()).toBe(2_000)
    const { queries, reads, writes } = counts
    expect([reads, writes]).toEqual([2_000, 4_000])
    expect(world.calls('dynamodb') - before - queriesRepeated).toBe(queries + reads + writes)
  } finally {
    await world.close()
  }
})

/** Two and a half million renewals: under a minute on a machine that has nothing else to do. */
const PATIENCE_MS = 900_000

it(
  'docs/scale.md is what `npm run scale` writes, and its recommendations hold',
  async () => {
    const outcomes = await simulateSizes()
    expect(problemsOf(outcomes)).toEqual([])
    const page = readFileSync('docs/scale.md', 'utf8')
    expect(page).toBe(scalePage(page, outcomes))
  },
  PATIENCE_MS,
)
