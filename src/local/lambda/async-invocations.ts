import { randomUUID } from 'node:crypto'
import { setTimeout as sleep } from 'node:timers/promises'
import type { InvocationResult } from './execution-environment.ts'
import type { LambdaError } from './lambda-error.ts'
import type { LambdaFunction } from './lambda-function.ts'

/** What a function's configuration for asynchronous invocation says; Lambda's defaults without. */
export interface AsyncConfiguration {
  readonly maximumRetryAttempts: number
  readonly maximumEventAgeSeconds: number
  /** Takes what the function failed at; it is dropped where there is none. */
  readonly onFailure?: (record: string) => Promise<unknown>
}

/** Events that callers leave to Lambda, which invokes the functions in its own time. */
export interface AsyncInvocations {
  /** Takes an event over for a function, by its ARN. */
  accept(functionArn: string, payload: string): void
  /** Resolves when every event that was taken over has been dealt with. */
  settled(): Promise<void>
  /** Lets go of what is under way: what ends with this machine is no failure of a function. */
  close(): void
}

export interface AsyncInvocationsOptions {
  readonly functions: readonly LambdaFunction[]
  /** By the function's ARN. */
  readonly configurations: ReadonlyMap<string, AsyncConfiguration>
  /** Hears of a failure that no destination took. */
  readonly onLost: (functionArn: string, reason: string) => void
}

const DEFAULTS: AsyncConfiguration = { maximumRetryAttempts: 2, maximumEventAgeSeconds: 21_600 }
/** Before the first and the second repetition of an invocation that failed. */
const RETRY_PAUSES_MS = [60_000, 120_000]
/** Before an invocation is tried again for which the function had no room. */
const THROTTLE_PAUSE_MS = 1_000

/**
 * @see [Asynchronous invocation](https://docs.aws.amazon.com/lambda/latest/dg/invocation-async.html)
 */
export function asyncInvocations(options: AsyncInvocationsOptions): AsyncInvocations {
  const running = new Set<Promise<void>>()
  let closed = false

  async function run(lambda: LambdaFunction, payload: string): Promise<void> {
    const configuration = options.configurations.get(lambda.arn) ?? DEFAULTS
    const acceptedMs = Date.now()
    const requestId = randomUUID()
    const isTooOld = () => Date.now() - acceptedMs >= configuration.maximumEventAgeSeconds * 1_000

    let invoked = 0
    let error: LambdaError | undefined
    for (;;) {
      const result = await lambda.invoke(payload)
      let pause = THROTTLE_PAUSE_MS
      if (result.kind !== 'throttled') {
        invoked += 1
        error = await failure(result)
        if (!error || closed) return
        if (invoked > configuration.maximumRetryAttempts) break
        pause = RETRY_PAUSES_MS[invoked - 1] ?? 0
      }
      if (isTooOld()) break
      await sleep(pause, undefined, { ref: false })
      if (isTooOld()) break
    }

    const condition =
      invoked > configuration.maximumRetryAttempts ? 'RetriesExhausted' : 'EventAgeExceeded'
    const record = {
      version: '1.0',
      timestamp: new Date().toISOString(),
      requestContext: {
        requestId,
        functionArn: `${lambda.arn}:$LATEST`,
        condition,
        approximateInvokeCount: invoked,
      },
      requestPayload: JSON.parse(payload) as unknown,
      ...(error && {
        responseContext: {
          statusCode: 200,
          executedVersion: '$LATEST',
          functionError: 'Unhandled',
        },
        responsePayload: error,
      }),
    }
    await configuration.onFailure?.(JSON.stringify(record))
  }

  return {
    accept(functionArn, payload) {
      const lambda = options.functions.find(({ arn }) => arn === functionArn)
      if (!lambda) throw new Error(`Function not found: ${functionArn}`)
      const work = run(lambda, payload)
        .catch((error: unknown) => options.onLost(functionArn, String(error)))
        .finally(() => running.delete(work))
      running.add(work)
    },
    close() {
      closed = true
    },
    async settled() {
      while (running.size > 0) await Promise.all(running)
    },
  }
}

/** Why an invocation failed, once it has ended; `undefined` if it did not. */
async function failure(result: InvocationResult): Promise<LambdaError | undefined> {
  if (result.kind === 'error') return result.error
  if (result.kind === 'payload') return undefined
  for await (const _ of result.stream);
  return result.failure()
}
