import { once } from 'node:events'
import { Worker } from 'node:worker_threads'
import { SESSIONS_TABLE } from '#contract/tables.ts'
import { type SoakConfig, soakInstance } from '../test/support/soak/instance.ts'
import { type StoredSessions, TIME } from './refresh-world.ts'

const MOST_RUNS = 10

interface Counts {
  readonly presented: number
  readonly dynamodb: number
  readonly kms: number
}

export interface RenewOnAwsOptions {
  readonly connections: number
  readonly stored: StoredSessions
  readonly concurrency: number
}

/** What is due is renewed by one instance after a cold start, every call of it counted. */
export async function renewOnAws({ connections, stored, concurrency }: RenewOnAwsOptions) {
  const worker = new Worker(new URL('./refresh-world-thread.ts', import.meta.url), {
    workerData: { connections, stored },
  })
  const answer = async <T>() => ((await once(worker, 'message')) as [T])[0]
  const counts = () => {
    worker.postMessage('how many')
    return answer<Counts>()
  }
  try {
    const { sweep } = soakInstance(await answer<SoakConfig>(), TIME)
    const before = await counts()
    const startedCpu = process.threadCpuUsage()
    let after = before
    // A run ends before its minute does, however little of a core it had; the next goes on.
    for (let runs = 0; runs < MOST_RUNS && after.presented < stored.count; runs += 1) {
      await sweep(0, SESSIONS_TABLE.dueIndex.shards - 1, concurrency)
      after = await counts()
    }
    const { user, system } = process.threadCpuUsage(startedCpu)
    return {
      renewed: after.presented,
      dynamodb: after.dynamodb - before.dynamodb,
      kms: after.kms - before.kms,
      cpuMs: (user + system) / 1_000,
    }
  } finally {
    await worker.terminate()
  }
}
