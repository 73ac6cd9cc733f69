import { Worker } from 'node:worker_threads'
import type { SharedTime } from '#local/shared-time.ts'
import type { Instance, InstanceFailure, InstanceOptions } from './instance.ts'
import type { FreezeMessage, InstanceStart } from './messages.ts'

/** What the thread's entry is given. */
export interface ThreadData {
  readonly start: InstanceStart
  /** Of the shared time. */
  readonly time: SharedArrayBuffer
  /** Holds how many times the thread was thawed; it waits on that while it is frozen. */
  readonly thaws: SharedArrayBuffer
}

/**
 * Runs an instance in a thread of this process: quick to start, and nothing to kill.
 *
 * To be frozen it is asked, as no thread can be stopped from outside; it then waits with everything
 * in it.
 */
export function threadInstance(
  { start, env, heapMb }: InstanceOptions,
  time: SharedTime,
): Instance {
  const thaws = new Int32Array(new SharedArrayBuffer(Int32Array.BYTES_PER_ELEMENT))
  const workerData: ThreadData = { start, time: time.buffer, thaws: thaws.buffer }
  const worker = new Worker(new URL('./thread-entry.ts', import.meta.url), {
    workerData,
    env: { ...env },
    // Nothing of how this process was started, such as loaders, is the function's.
    execArgv: [],
    stdout: true,
    stderr: true,
    resourceLimits: { maxOldGenerationSizeMb: heapMb },
  })
  let failure: InstanceFailure | undefined
  worker.on('error', (error: Error & { code?: string }) => {
    failure = { error, outOfMemory: error.code === 'ERR_WORKER_OUT_OF_MEMORY' }
  })

  return {
    stdout: worker.stdout,
    stderr: worker.stderr,
    send: (message) => worker.postMessage(message),
    freeze() {
      const message: FreezeMessage = { type: 'freeze', thawed: Atomics.load(thaws, 0) }
      worker.postMessage(message)
    },
    thaw() {
      Atomics.add(thaws, 0, 1)
      Atomics.notify(thaws, 0)
    },
    onMessage: (listener) => worker.on('message', listener),
    onExit: (listener) => worker.once('exit', (code) => listener(`exit status ${code}`, failure)),
    async kill() {
      await worker.terminate()
    },
  }
}
