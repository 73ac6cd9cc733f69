import { randomUUID } from 'node:crypto'
import { Readable } from 'node:stream'
import type { SharedTime } from '#local/shared-time.ts'
import type { InstanceKind } from './instance.ts'
import type { LambdaError } from './lambda-error.ts'
import { lines } from './lines.ts'
import type { FromInstance, InstanceStart } from './messages.ts'
import { processInstance } from './process-instance.ts'
import { threadInstance } from './thread-instance.ts'

/** How an invocation ended, or began to be answered. */
export type InvocationResult =
  | { readonly kind: 'payload'; readonly payload: string }
  | StreamResult
  | { readonly kind: 'error'; readonly error: LambdaError }

/** An answer that is still being written. */
export interface StreamResult {
  readonly kind: 'stream'
  readonly stream: Readable
  /** Why the stream ended before its time; known when it has ended. */
  failure(): LambdaError | undefined
}

export interface ExecutionEnvironmentOptions {
  readonly start: InstanceStart
  readonly runAs: InstanceKind
  readonly time: SharedTime
  readonly functionArn: string
  /** The environment of the instance of that id. */
  env(id: string): Readonly<Record<string, string>>
  readonly memoryMb: number
  readonly timeoutMs: number
  onLine(text: string): void
}

/**
 * One instance of a function, which serves one invocation at a time and is frozen in between, as
 * Lambda does.
 *
 * @see [The life cycle](https://docs.aws.amazon.com/lambda/latest/dg/lambda-runtime-environment.html)
 */
export interface ExecutionEnvironment {
  readonly id: string
  /** Of the process that it is, if it is one. */
  readonly pid?: number
  readonly isBusy: boolean
  /** Resolves as soon as there is something to answer; {@link whenFree} tells when it is over. */
  invoke(payload: string): Promise<InvocationResult>
  /** Resolves after an invocation, to whether the instance can take another. */
  whenFree(): Promise<boolean>
  /** Resolves when the instance has loaded its function; never if it cannot. */
  readonly ready: Promise<void>
  /** Resolves when the instance is gone, for whatever reason. */
  readonly gone: Promise<void>
  /** Ends it wherever it stands; resolves when it is gone. */
  kill(): Promise<void>
}

/** Lambda lets a function load for ten seconds; a busy laptop may need more. */
const INIT_TIMEOUT_MS = 30_000
/** The heap is most of a function's memory; the rest is for code and buffers. */
const HEAP_SHARE = 0.9

interface Running {
  readonly requestId: string
  resolve(result: InvocationResult): void
  readonly free: (reusable: boolean) => void
  stream?: Readable
  failure?: LambdaError
  timer?: NodeJS.Timeout
}

export function executionEnvironment(options: ExecutionEnvironmentOptions): ExecutionEnvironment {
  const id = randomUUID()
  const run = options.runAs === 'process' ? processInstance : threadInstance
  const instance = run(
    {
      start: options.start,
      env: options.env(id),
      heapMb: Math.ceil(options.memoryMb * HEAP_SHARE),
    },
    options.time,
  )
  lines(instance.stdout, options.onLine)
  lines(instance.stderr, options.onLine)

  let running: Running | undefined
  let free = Promise.resolve(true)

  const finish = (reusable: boolean, result?: InvocationResult) => {
    const ended = running
    running = undefined
    if (!ended) return
    clearTimeout(ended.timer)
    if (result?.kind === 'error') ended.failure = result.error
    ended.stream?.push(null)
    if (result) ended.resolve(result)
    if (reusable) instance.freeze()
    ended.free(reusable)
  }
  const die = (errorType: string, errorMessage: string) => {
    finish(false, { kind: 'error', error: { errorType, errorMessage } })
    void instance.kill()
  }
  const limit = (ms: number, errorType: string) => {
    if (!running) return
    const { requestId } = running
    clearTimeout(running.timer)
    running.timer = setTimeout(() => {
      const seconds = (ms / 1000).toFixed(2)
      options.onLine(`${requestId} Task timed out after ${seconds} seconds`)
      die(errorType, `RequestId: ${requestId} Error: Task timed out after ${seconds} seconds`)
    }, ms)
  }

  const ready = new Promise<void>((resolve) => {
    instance.onMessage((message: FromInstance) => {
      switch (message.type) {
        case 'ready':
          resolve()
          break
        case 'payload':
          finish(true, { kind: 'payload', payload: message.payload })
          break
        case 'chunk': {
          const current = running
          if (!current) break
          if (!current.stream) {
            const stream = new Readable({ read: () => instance.send({ type: 'more' }) })
            current.stream = stream
            current.resolve({ kind: 'stream', stream, failure: () => current.failure })
          }
          current.stream.push(message.chunk)
          break
        }
        case 'end':
          finish(true)
          break
        case 'error':
          finish(message.phase === 'invoke', { kind: 'error', error: message.error })
          if (message.phase === 'init') void instance.kill()
          break
      }
    })
  })
  const gone = new Promise<void>((resolve) => {
    instance.onExit((status, failure) => {
      if (failure) {
        const { error, outOfMemory } = failure
        options.onLine(`ERROR\tUncaught Exception\t${error.stack ?? error.message}`)
        die(outOfMemory ? 'Runtime.OutOfMemory' : 'Runtime.UnhandledError', error.message)
      }
      die('Runtime.ExitError', `Error: Runtime exited with error: ${status}`)
      resolve()
    })
  })

  return {
    id,
    ...(instance.pid !== undefined && { pid: instance.pid }),
    get isBusy() {
      return running !== undefined
    },
    async invoke(payload) {
      const requestId = randomUUID()
      const result = new Promise<InvocationResult>((resolve) => {
        free = new Promise((released) => {
          running = { requestId, resolve, free: released }
        })
      })
      limit(INIT_TIMEOUT_MS, 'Sandbox.Timedout')
      void ready.then(() => {
        if (running?.requestId !== requestId) return
        limit(options.timeoutMs, 'Sandbox.Timedout')
        const deadline = Date.now() + options.timeoutMs
        const { functionArn } = options
        instance.thaw()
        instance.send({ type: 'invoke', requestId, functionArn, payload, deadline })
      })
      return result
    },
    whenFree: () => free,
    ready,
    gone,
    kill: () => instance.kill(),
  }
}
