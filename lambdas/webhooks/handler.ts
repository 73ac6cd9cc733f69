import type { SQSBatchResponse, SQSEvent, SQSRecord } from 'aws-lambda'
import type { EventLog } from '#core/event-log.ts'
import { type DeliverWebhookDeps, deliverWebhook } from '#core/webhooks/deliver-webhook.ts'
import { retryDelaySeconds } from '#core/webhooks/retry-delay.ts'
import { toldEvent } from '#core/webhooks/told-event.ts'

export interface WebhooksHandlerDeps extends DeliverWebhookDeps {
  /** Has the queue hand a message out again after so many seconds, and not before. */
  readonly retryLater: (receiptHandle: string, seconds: number) => Promise<void>
  readonly log: EventLog
  /** Between 0 and 1. */
  readonly random: () => number
}

/**
 * Delivers the events of a batch, each to its app. What failed stays in the queue for its time; the
 * queue counts the attempts, and takes what failed too often to the dead letters.
 */
export function webhooksHandler(deps: WebhooksHandlerDeps) {
  return async ({ Records: records }: SQSEvent): Promise<SQSBatchResponse> => {
    const isDone = await Promise.all(records.map((record) => handle(record, deps)))
    return {
      batchItemFailures: records
        .filter((_, index) => !isDone[index])
        .map(({ messageId }) => ({ itemIdentifier: messageId })),
    }
  }
}

/** Whether the message has served. */
async function handle(record: SQSRecord, deps: WebhooksHandlerDeps): Promise<boolean> {
  const event = toldEvent(record.body)
  if (!event) {
    deps.log.error('webhook_event_invalid')
    return true
  }
  const attempt = Number(record.attributes.ApproximateReceiveCount)
  try {
    const delivery = await deliverWebhook(event, attempt, deps)
    if (delivery.kind !== 'failed') return true
    const seconds = retryDelaySeconds(attempt, deps.random(), delivery.retryAfterSeconds)
    await deps.retryLater(record.receiptHandle, seconds)
  } catch (error) {
    // The message comes back by itself, after the queue's own time.
    const errorName = error instanceof Error ? error.name : typeof error
    deps.log.error('webhook_not_handled', { eventType: event.type, app: event.app, errorName })
  }
  return false
}
