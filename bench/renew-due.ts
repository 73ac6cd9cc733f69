import { readFileSync } from 'node:fs'
import { memoryDueSessions } from '#adapters/memory/due-sessions.ts'
import { memoryEndingSessions } from '#adapters/memory/ending-sessions.ts'
import { sweep } from '#core/refresher/sweep.ts'
import { leaseObserver } from '#core/tokens/lease-observer.ts'
import { recordingMetrics } from '../test/support/recording-metrics.ts'
import { renewalSetting } from './renewal-setting.ts'

export interface RenewDueOptions {
  readonly due: number
  readonly concurrency: number
  /** What the authorization server takes for each answer. */
  readonly upstreamMs: number
}

/** One run of the refresher, and what its thread had of the machine meanwhile. */
export async function renewDue({ due, concurrency, upstreamMs }: RenewDueOptions) {
  const setting = await renewalSetting({ due, upstreamMs })
  try {
    const monotonicMs = () => performance.now()
    const instance = setting.instance()
    const startedMs = monotonicMs()
    const startedCpu = process.threadCpuUsage()
    const waitedMs = msWithoutCore()
    const { renewed } = await sweep(
      { firstShard: 0, lastShard: 0, concurrency, remainingMs: () => 90_000 },
      {
        ...instance,
        due: memoryDueSessions(setting.rows, () => 0),
        endings: memoryEndingSessions(setting.rows),
        revokeTokens: async () => ({ outcome: 'not_offered', detail: {} }),
        leases: leaseObserver(monotonicMs),
        events: { emit: async () => undefined },
        metrics: recordingMetrics(),
        monotonicMs,
      },
    )
    const elapsedMs = monotonicMs() - startedMs
    const { user, system } = process.threadCpuUsage(startedCpu)
    return {
      renewed,
      presented: await setting.presented(),
      seconds: elapsedMs / 1_000,
      cpuMs: (user + system) / 1_000,
      /** Of the run: how long this thread could have gone on, and no core was free. */
      withoutCore:
        waitedMs === undefined ? undefined : ((msWithoutCore() ?? 0) - waitedMs) / elapsedMs,
    }
  } finally {
    await setting.close()
  }
}

/** How long this thread has waited for a core so far, which Linux alone tells. */
function msWithoutCore(): number | undefined {
  try {
    const [, waitedNs] = readFileSync('/proc/thread-self/schedstat', 'utf8').split(' ')
    return Number(waitedNs) / 1_000_000
  } catch {
    return undefined
  }
}
