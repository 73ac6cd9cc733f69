import { createHmac } from 'node:crypto'
import type { EpochSeconds } from '#core/time.ts'

/** What a webhook's signature covers. */
export interface WebhookContent {
  /** The event's id: a repetition has the same. */
  readonly id: string
  /** When it is sent, not when it happened: the receiver's window against replay is about this. */
  readonly timestamp: EpochSeconds
  readonly body: string
}

/**
 * The headers that prove who sends a webhook: an HMAC-SHA256 over id, time and body under each key
 * that lives, so that a receiver may be given the new one before or after the broker is.
 *
 * @see [Standard Webhooks](https://github.com/standard-webhooks/standard-webhooks/blob/main/spec/standard-webhooks.md)
 */
export function signWebhook(
  { id, timestamp, body }: WebhookContent,
  keys: readonly Uint8Array[],
): Readonly<Record<string, string>> {
  const signatures = keys.map((key) =>
    createHmac('sha256', key).update(`${id}.${timestamp}.${body}`).digest('base64'),
  )
  return {
    'webhook-id': id,
    'webhook-timestamp': String(timestamp),
    'webhook-signature': signatures.map((signature) => `v1,${signature}`).join(' '),
  }
}
