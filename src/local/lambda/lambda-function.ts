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
  close(): Promise<void>
}

export interface LambdaFunctionOptions extends ExecutionEnvironmentOptions {
  readonly name: string
  readonly reservedConcurrency?: number
}

/** Most instances at once. On AWS there are more; here the rest wait their turn. */
const MAX_INSTANCES = 32

/**
 * A function with as many instances as it has invocations at once; idle ones are used again, the
 * last used first. An idle instance is not frozen: its timers run on.
 */
export function lambdaFunction(options: LambdaFunctionOptions): LambdaFunction {
  const idle: ExecutionEnvironment[] = []
  const all = new Set<ExecutionEnvironment>()
  const waiting: (() => void)[] = []
  let busy = 0
  let closed = false

  const start = (): ExecutionEnvironment => {
    const instance = executionEnvironment(options)
    all.add(instance)
    void instance.gone.then(() => {
      all.delete(instance)
      const place = idle.indexOf(instance)
      if (place >= 0) idle.splice(place, 1)
    })
    return instance
  }
  const release = async (instance: ExecutionEnvironment) => {
    const reusable = await instance.whenFree()
    busy -= 1
    if (reusable && all.has(instance)) idle.push(instance)
    waiting.shift()?.()
  }

  return {
    name: options.name,
    arn: options.functionArn,
    async invoke(payload) {
      if (options.reservedConcurrency !== undefined && busy >= options.reservedConcurrency) {
        return { kind: 'throttled' }
      }
      while (busy >= MAX_INSTANCES) await new Promise<void>((resolve) => waiting.push(resolve))
      if (closed) throw new Error(`${options.name} is closed`)
      busy += 1
      const instance = idle.pop() ?? start()
      const result = instance.invoke(payload)
      void release(instance)
      return result
    },
    async close() {
      closed = true
      for (const resume of waiting.splice(0)) resume()
      await Promise.all([...all].map((instance) => instance.close()))
    },
  }
}
