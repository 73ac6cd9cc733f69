import type { Figure } from './figure.ts'
import { renewalSetting } from './renewal-setting.ts'

/** DynamoDB answers in single-digit milliseconds. */
const TABLE_MS = 5

export interface WaitForRenewalOptions {
  readonly rounds: number
  readonly callers: number
  readonly instances: number
  readonly upstreamMs: number
}

/**
 * Callers in some instances who find one session whose token is over, against one who finds another alone.
 * All are in one thread, so the table is one that computes nothing: an embedded database would have
 * them wait for each other's reading.
 */
export async function* waitForRenewal(options: WaitForRenewalOptions): AsyncIterable<Figure> {
  const { rounds, callers, instances, upstreamMs } = options
  const setting = await renewalSetting({ due: 2 * rounds, upstreamMs, tableMs: TABLE_MS })
  try {
    const ours = Array.from({ length: instances }, setting.instance)
    const elapsed = async (instance: (typeof ours)[number], id: string): Promise<number> => {
      const startedMs = performance.now()
      const session = await instance.sessions.read(id)
      if (session) await instance.tokens.freshAccessToken(session)
      return performance.now() - startedMs
    }
    const alone: number[] = []
    const waited: number[] = []
    for (let round = 0; round < rounds; round += 1) {
      const first = ours[round % instances]
      if (!first) throw new Error('There is no instance')
      alone.push(await elapsed(first, `a-${2 * round}`))

      const told = () => ours.map(({ log }) => log.lines.length)
      const before = told()
      const asked = ours.map((instance) =>
        Promise.all(
          Array.from({ length: callers / instances }, () =>
            elapsed(instance, `a-${2 * round + 1}`),
          ),
        ),
      )
      const each = await Promise.all(asked)
      // The instance that renewed has said so in its log; the callers of the others have waited.
      const after = told()
      waited.push(...each.flatMap((times, index) => (after[index] === before[index] ? times : [])))
    }
    const single = percentile(alone, 0.5)
    yield { name: 'a refresh alone, p50', value: single, unit: 'ms' }
    for (const part of [0.5, 0.99]) {
      yield {
        name: `who waits for another’s, of ${callers} in ${instances} instances, p${100 * part}, of that`,
        value: percentile(waited, part) / single,
        unit: 'ratio',
      }
    }
    yield {
      name: `refresh tokens presented for ${2 * rounds} sessions`,
      value: await setting.presented(),
      unit: 'calls',
      bar: { atMost: 2 * rounds },
    }
  } finally {
    await setting.close()
  }
}

function percentile(values: readonly number[], part: number): number {
  const sorted = [...values].sort((one, other) => one - other)
  return sorted[Math.ceil(part * sorted.length) - 1] ?? Number.NaN
}
