import type { Egress } from '#core/egress.ts'
import { BrokerError } from '#core/errors.ts'
import type { EventFields, EventLog } from '#core/event-log.ts'
import type { Metrics } from '#core/metrics.ts'
import type { Registry, SecretReader, Webhook } from '#core/registry/registry.ts'
import { secondsOfRetryAfter } from '#core/retry-after.ts'
import type { Clock } from '#core/time.ts'
import { signWebhook } from './sign-webhook.ts'
import type { ToldEvent } from './told-event.ts'
import { webhookKey } from './webhook-secret.ts'

const DELIVERY_TIMEOUT_MS = 10_000

/** Types that a webhook gets unless it lists its own: all that are news. */
const NOT_BY_DEFAULT = ['session.refreshed']

export interface DeliverWebhookDeps {
  readonly registry: Registry
  /** The webhook secrets. */
  readonly secrets: SecretReader
  readonly egress: Egress
  readonly metrics: Metrics
  readonly log: EventLog
  readonly now: Clock
}

export type Delivery =
  | { readonly kind: 'delivered' }
  /** The app has no webhook, or not for this type. */
  | { readonly kind: 'not_wanted' }
  /** To be tried again. */
  | { readonly kind: 'failed'; readonly retryAfterSeconds?: number }

/**
 * Posts an event to its app's webhook, signed. It is delivered when the app answers 2xx; a redirect
 * is a failure as any other answer is.
 *
 * @param attempt counts from 1; for the log
 */
export async function deliverWebhook(
  event: ToldEvent,
  attempt: number,
  deps: DeliverWebhookDeps,
): Promise<Delivery> {
  const { log, metrics } = deps
  const about = { eventType: event.type, app: event.app, attempt }
  const webhook = (await deps.registry.findApp(event.app))?.webhook
  if (!webhook || !isWanted(webhook, event.type)) return { kind: 'not_wanted' }

  const failed = (fields: EventFields, retryAfterSeconds?: number): Delivery => {
    metrics.add({ name: 'WebhookDeliveries', app: event.app, outcome: 'failed' })
    log.warn('webhook_failed', { ...about, host: new URL(webhook.url).host, ...fields })
    return { kind: 'failed', ...(retryAfterSeconds !== undefined && { retryAfterSeconds }) }
  }
  const keys = (await deps.secrets.read(webhook.secretRef)).flatMap((secret) => {
    const key = webhookKey(secret)
    return key ? [key] : []
  })
  if (keys.length === 0) return failed({ reason: 'secret_missing' })

  try {
    const { status, headers } = await post(event, webhook, keys, deps)
    if (status < 200 || status > 299) {
      return failed({ status }, secondsOfRetryAfter(headers.get('retry-after'), deps.now()))
    }
    metrics.add({ name: 'WebhookDeliveries', app: event.app, outcome: 'delivered' })
    log.info('webhook_delivered', { ...about, status })
    return { kind: 'delivered' }
  } catch (error) {
    const { code, detail } = BrokerError.from(error)
    return failed({ code, ...(detail.reason !== undefined && { reason: detail.reason }) })
  }
}

function isWanted({ events }: Webhook, type: string): boolean {
  return events ? events.some((wanted) => wanted === type) : !NOT_BY_DEFAULT.includes(type)
}

async function post(
  event: ToldEvent,
  { url }: Webhook,
  keys: readonly Uint8Array[],
  { egress, now }: DeliverWebhookDeps,
): Promise<Response> {
  const body = JSON.stringify(event)
  const answer = await egress(
    url,
    {
      method: 'POST',
      headers: {
        'content-type': 'application/json',
        ...signWebhook({ id: event.id, timestamp: now(), body }, keys),
      },
      body,
    },
    // The answer's body is not read, however long it is.
    { timeoutMs: DELIVERY_TIMEOUT_MS, hosts: [new URL(url).host], stream: true },
  )
  await answer.body?.cancel()
  return answer
}
