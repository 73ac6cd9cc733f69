import {
  type ExecutionEnvironment,
  type ExecutionEnvironmentOptions,
  executionEnvironment,
  type InvocationResult,
} from './execution-environment.ts'

/** A deployed function. */
export interface LambdaFunction {
  readonly name: string
  readonly arn: string
  /**
   * Invokes the function with an event's JSON. Never rejects for what the function does.
   *
   * `throttled` when its reserved concurrency is used up.
   */
  invoke(payload: string): Promise<InvocationResult | { readonly kind: 'throttled' }>
  /** Those that are loading, serve an invocation or wait for the next. */
  instances(): readonly RunningInstance[]
  close(): Promise<void>
}

/** One instance as a test may look at it and do away with it. */
export interface RunningInstance extends Pick<ExecutionEnvironment, 'id' | 'pid' | 'isBusy'> {
  /**
   * Kills the instance's process (SIGKILL) and waits until it is gone.
   *
   * @throws Error for a thread: it can be stopped, but does not die as a process does
   */
  kill(): Promise<void>
}

export interface LambdaFunctionOptions extends ExecutionEnvironmentOptions {
  readonly name: string
  readonly reservedConcurrency?: number
}

/** Most instances. On AWS there are more; here the other invocations wait their turn. */
const MAX_INSTANCES = 32
/** Most instances that load at once: more would only slow each other down on one machine. */
const MAX_STARTING = 4

/**
 * A function with as many instances as it has invocations at once; idle ones, which are frozen, are
 * used again, the last used first.
 */
export function lambdaFunction(options: LambdaFunctionOptions): LambdaFunction {
  const idle: ExecutionEnvironment[] = []
  const all = new Set<ExecutionEnvironment>()
  const starting = new Set<ExecutionEnvironment>()
  const waiting: (() => void)[] = []
  let invocations = 0
  let closed = false

  const change = () => waiting.shift()?.()
  const start = (): ExecutionEnvironment => {
    const instance = executionEnvironment(options)
    all.add(instance)
    starting.add(instance)
    void Promise.race([instance.ready, instance.gone]).then(() => {
      starting.delete(instance)
      change()
    })
    void instance.gone.then(() => {
      all.delete(instance)
      const place = idle.indexOf(instance)
      if (place >= 0) idle.splice(place, 1)
      change()
    })
    return instance
  }
  const acquire = async (): Promise<ExecutionEnvironment> => {
    for (;;) {
      if (closed) throw new Error(`${options.name} is closed`)
      const instance = idle.pop()
      if (instance) return instance
      if (all.size < MAX_INSTANCES && starting.size < MAX_STARTING) return start()
      await new Promise<void>((resolve) => waiting.push(resolve))
    }
  }
  const release = async (instance: ExecutionEnvironment) => {
    const reusable = await instance.whenFree()
    invocations -= 1
    if (reusable && all.has(instance)) idle.push(instance)
    change()
  }

  return {
    name: options.name,
    arn: options.functionArn,
    async invoke(payload) {
      const { reservedConcurrency } = options
      if (reservedConcurrency !== undefined && invocations >= reservedConcurrency) {
        return { kind: 'throttled' }
      }
      invocations += 1
      const instance = await acquire()
      const result = instance.invoke(payload)
      void release(instance)
      return result
    },
    instances: () =>
      [...all].map(({ id, pid, isBusy, kill }) => ({
        id,
        ...(pid !== undefined && { pid }),
        isBusy,
        async kill() {
          if (pid === undefined) throw new Error(`${options.name} does not run as a process`)
          await kill()
        },
      })),
    async close() {
      closed = true
      for (const resume of waiting.splice(0)) resume()
      await Promise.all([...all].map((instance) => instance.kill()))
    },
  }
}
