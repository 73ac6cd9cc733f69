import { Duration, type Stack } from 'aws-cdk-lib'
import type { RENEWAL_ENVIRONMENT, WEBHOOKS_ENVIRONMENT } from '#contract/environment.ts'
import { BrokerFunction } from '../constructs/broker-function.ts'
import { RefreshSchedule } from '../constructs/refresh-schedule.ts'
import { WebhookDelivery } from '../constructs/webhook-delivery.ts'
import type { Deployment } from '../deployments/deployment.ts'
import { letRenew, renewing } from './renewal.ts'
import type { Surroundings } from './surroundings.ts'

/** The refresher's function. */
export const REFRESHER = {
  /** 0.58 of a core. */
  memoryMb: 1_024,
  /** It begins nothing after 55 seconds, and one renewal may take another 20. */
  timeoutSeconds: 90,
  /** A run may still be ending when the next minute's begins. */
  runsOfASchedule: 2,
} as const

/** Renews what is due, and its schedules. */
export function refreshing(
  stack: Stack,
  surroundings: Surroundings,
  { schedules, concurrency }: Deployment['refresh'],
) {
  const { foundation, settings } = surroundings
  const { prefix, sessions, events, storageKey } = foundation
  const refresher = new BrokerFunction<typeof RENEWAL_ENVIRONMENT>(stack, 'Refresher', {
    name: 'refresher',
    environment: renewing(surroundings),
    timeout: Duration.seconds(REFRESHER.timeoutSeconds),
    memorySize: REFRESHER.memoryMb,
    reservedConcurrency: REFRESHER.runsOfASchedule * schedules,
    settings,
  })
  letRenew(refresher, foundation)
  sessions.grantFindDue(refresher)
  sessions.grantRemoveSession(refresher)
  events.grantPut(refresher, ['session.ended'])
  const schedule = new RefreshSchedule(stack, 'RefreshSchedule', {
    refresher,
    schedules,
    concurrency,
    prefix,
    storageKey,
  })
  return { refresher, schedule }
}

/** Tells apps what happens to their sessions, and the way of the events to it. */
export function webhookDelivery(stack: Stack, { foundation, settings, upstreams }: Surroundings) {
  const { prefix, registry, webhookSecrets, events, storageKey } = foundation
  const delivery = new WebhookDelivery(stack, 'WebhookDelivery', {
    prefix,
    bus: events,
    storageKey,
  })
  const webhooks = new BrokerFunction<typeof WEBHOOKS_ENVIRONMENT>(stack, 'Webhooks', {
    name: 'webhooks',
    environment: {
      UPSTREAMS: upstreams,
      REGISTRY_TABLE_NAME: registry.tableName,
      WEBHOOK_SECRETS_PREFIX: webhookSecrets.prefix,
      WEBHOOKS_QUEUE_URL: delivery.queueUrl,
    },
    timeout: Duration.seconds(25),
    memorySize: 512,
    settings,
  })
  registry.grantRead(webhooks)
  webhookSecrets.grantRead(webhooks)
  delivery.deliverBy(webhooks)
  return { webhooks, delivery }
}
