import { setTimeout as sleep } from 'node:timers/promises'
import { AwsError } from './aws/aws-error.ts'

/** A schedule as its resource describes it. */
export interface ScheduleDefinition {
  /** Its logical id, as which it calls. */
  readonly caller: string
  readonly arn: string
  readonly enabled: boolean
  readonly intervalSeconds: number
  readonly functionArn: string
  readonly input: string
  readonly maximumRetryAttempts: number
  readonly maximumEventAgeSeconds: number
  /** Of the dead-letter queue. */
  readonly queue?: { readonly url: string }
}

export interface SchedulerOptions {
  readonly schedules: readonly ScheduleDefinition[]
  /** An AWS call in a schedule's name, which is judged by the policies of its role. */
  readonly call: (
    caller: string,
    service: string,
    action: string,
    input: Readonly<Record<string, unknown>>,
  ) => Promise<object>
  /** Hears of a delivery that failed and that no dead-letter queue took. */
  readonly onLost: (schedule: string, reason: string) => void
}

export interface Scheduler {
  /** Delivers every schedule that is enabled, once and now. */
  tick(): Promise<void>
  /** Delivers each schedule by the clock, until it is closed. */
  start(): void
  close(): void
}

/** How often the clock is looked at. */
const LOOK_MS = 1_000
/** Between two tries of a delivery: doubled each time up to the most. */
const BACKOFF_MS = { first: 1_000, most: 300_000 }

/**
 * EventBridge Scheduler, for rates: asynchronous invocations of functions, with retries and a
 * dead-letter queue. A clock that was moved on makes a schedule due once, not as often as it would
 * have been.
 *
 * @see [Dead-letter queues](https://docs.aws.amazon.com/scheduler/latest/UserGuide/configuring-schedule-dlq.html)
 */
export function scheduler({ schedules, call, onLost }: SchedulerOptions): Scheduler {
  const enabled = schedules.filter((schedule) => schedule.enabled)
  let clock: NodeJS.Timeout | undefined

  async function deliver(schedule: ScheduleDefinition): Promise<void> {
    const scheduledMs = Date.now()
    for (let attempt = 0; ; attempt += 1) {
      try {
        await call(schedule.caller, 'lambda', 'InvokeFunction', {
          FunctionName: schedule.functionArn,
          Payload: schedule.input,
        })
        return
      } catch (error) {
        const isOld = Date.now() - scheduledMs >= schedule.maximumEventAgeSeconds * 1_000
        if (attempt >= schedule.maximumRetryAttempts || isOld) {
          const exhausted = isOld ? 'MaximumEventAge' : 'MaximumRetryAttempts'
          await bury(schedule, { error, attempt, exhausted, scheduledMs })
          return
        }
        const pause = Math.min(BACKOFF_MS.most, BACKOFF_MS.first * 2 ** attempt)
        await sleep(pause, undefined, { ref: false })
      }
    }
  }

  async function bury(schedule: ScheduleDefinition, failed: FailedDelivery): Promise<void> {
    try {
      if (!schedule.queue) throw failed.error
      await call(schedule.caller, 'sqs', 'SendMessage', {
        QueueUrl: schedule.queue.url,
        MessageBody: schedule.input,
        MessageAttributes: deadLetterAttributes(schedule, failed),
      })
    } catch (error) {
      onLost(schedule.caller, String(error))
    }
  }

  return {
    async tick() {
      await Promise.all(enabled.map(deliver))
    },
    start() {
      const dueMs = new Map(
        enabled.map((schedule) => [schedule, Date.now() + schedule.intervalSeconds * 1_000]),
      )
      clock = setInterval(() => {
        for (const [schedule, due] of dueMs) {
          if (Date.now() < due) continue
          dueMs.set(schedule, Date.now() + schedule.intervalSeconds * 1_000)
          void deliver(schedule)
        }
      }, LOOK_MS).unref()
    },
    close: () => clearInterval(clock),
  }
}

interface FailedDelivery {
  readonly error: unknown
  readonly attempt: number
  readonly exhausted: string
  readonly scheduledMs: number
}

function deadLetterAttributes(
  { arn, functionArn }: ScheduleDefinition,
  { error, attempt, exhausted, scheduledMs }: FailedDelivery,
) {
  const values = {
    ERROR_CODE: error instanceof AwsError ? error.type : 'InternalFailure',
    ERROR_MESSAGE: error instanceof Error ? error.message : String(error),
    EXHAUSTED_RETRY_CONDITION: exhausted,
    IS_PAYLOAD_TRUNCATED: 'false',
    RETRY_ATTEMPTS: String(attempt),
    SCHEDULED_TIME: new Date(scheduledMs).toISOString(),
    SCHEDULE_ARN: arn,
    TARGET_ARN: functionArn,
  }
  return Object.fromEntries(
    Object.entries(values).map(([name, StringValue]) => [
      name,
      { DataType: 'String', StringValue },
    ]),
  )
}
