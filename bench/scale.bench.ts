import type { Bench } from './figure.ts'
import { renewDue } from './renew-due.ts'
import { keysOfShard, simulateRun } from './scale/small-end.ts'

const DUE = 2_000
const CONCURRENCY = 50
const UPSTREAM_MS = 150
const ROUNDS = 3
const TOLERANCE = 0.15

/**
 * The small end of `npm run scale`: a real run of the refresher over 2,000 due sessions, and the same
 * run simulated, given what a renewal computed in the real one and what its thread waited for a core.
 */
export const bench: Bench = async function* () {
  const due = { due: DUE, concurrency: CONCURRENCY, upstreamMs: UPSTREAM_MS }
  const ratios: number[] = []
  for (let round = 1; round <= ROUNDS; round += 1) {
    const real = await renewDue(due)
    const waitedMs = (real.withoutCore ?? 0) * real.seconds * 1_000
    const simulated = await simulateRun({
      ids: keysOfShard(DUE, 0),
      firstShard: 0,
      lastShard: 0,
      concurrency: CONCURRENCY,
      upstreamMs: UPSTREAM_MS,
      cpuMs: (real.cpuMs + waitedMs) / DUE,
    })
    yield { name: `round ${round}: a real run of ${DUE}`, value: real.seconds, unit: 's' }
    yield { name: `round ${round}: the same, simulated`, value: simulated.seconds, unit: 's' }
    ratios.push(simulated.seconds / real.seconds)
  }
  const [, median = Number.NaN] = ratios.toSorted((one, other) => one - other)
  yield { name: 'simulated, of the real run: median', value: median, unit: 'ratio' }
  yield {
    name: 'how far that is from 1',
    value: Math.abs(median - 1),
    unit: 'ratio',
    bar: { atMost: TOLERANCE },
  }
}
