import { Duration, Stack } from 'aws-cdk-lib'
import { CfnRule } from 'aws-cdk-lib/aws-events'
import { Grant, type IGrantable, PolicyStatement, ServicePrincipal } from 'aws-cdk-lib/aws-iam'
import { CfnEventSourceMapping, type IFunction } from 'aws-cdk-lib/aws-lambda'
import { Queue, QueueEncryption } from 'aws-cdk-lib/aws-sqs'
import { Construct } from 'constructs'
import { EVENT_SOURCE } from '#contract/events.ts'
import { WEBHOOK_ATTEMPTS } from '#contract/webhooks.ts'
import type { BrokerEventBus } from './broker-event-bus.ts'
import { FailureQueue } from './failure-queue.ts'
import type { StorageKey } from './storage-key.ts'

export interface WebhookDeliveryProps {
  /** Begins the name of its rule. */
  readonly prefix: string
  readonly bus: BrokerEventBus
  readonly storageKey: StorageKey
}

/** Longer than the function may take, six times over, as Lambda asks of a queue that it reads. */
const VISIBILITY = Duration.minutes(3)

/** Deliveries wait for slow receivers; of these invocations each waits for ten. */
export const MOST_INVOCATIONS = 20

/**
 * The way of an event from the bus to its app: a rule puts it into a queue, the function takes it
 * from there as often as the app fails, and what failed to the end is kept as a dead letter.
 */
export class WebhookDelivery extends Construct {
  readonly queueUrl: string
  readonly deadLettersUrl: string
  readonly deadLettersName: string
  readonly #queue: Queue
  readonly #storageKey: StorageKey

  constructor(scope: Construct, id: string, props: WebhookDeliveryProps) {
    super(scope, id)

    const { bus, storageKey } = props
    this.#storageKey = storageKey
    const deadLetters = new FailureQueue(this, 'DeadLetters', { storageKey })
    this.deadLettersUrl = deadLetters.queue.queueUrl
    this.deadLettersName = deadLetters.queue.queueName
    this.#queue = new Queue(this, 'Queue', {
      encryption: QueueEncryption.KMS,
      encryptionMasterKey: storageKey.key,
      enforceSSL: true,
      visibilityTimeout: VISIBILITY,
      deadLetterQueue: { queue: deadLetters.queue, maxReceiveCount: WEBHOOK_ATTEMPTS },
    })
    this.queueUrl = this.#queue.queueUrl

    // The key's policy names the rule, so the rule's name cannot come of its making.
    const name = `${props.prefix}-webhooks`
    const rule = new CfnRule(this, 'Rule', {
      name,
      description: 'Sallyport: events that an app may want by webhook',
      eventBusName: bus.busName,
      eventPattern: { source: [EVENT_SOURCE] },
      targets: [{ id: 'Queue', arn: this.#queue.queueArn, inputPath: '$.detail' }],
    })
    rule.node.addDependency(bus)
    const ruleArn = Stack.of(this).formatArn({
      service: 'events',
      resource: 'rule',
      resourceName: `${bus.busName}/${name}`,
    })
    storageKey.letRuleSendToQueues(ruleArn)
    this.#queue.addToResourcePolicy(
      new PolicyStatement({
        principals: [new ServicePrincipal('events.amazonaws.com')],
        actions: ['sqs:SendMessage'],
        resources: [this.#queue.queueArn],
        conditions: { ArnLike: { 'aws:SourceArn': ruleArn } },
      }),
    )
  }

  /** Has the function take what is in the queue, ten events at a time. */
  deliverBy(webhooks: IGrantable & { readonly lambda: IFunction }): void {
    Grant.addToPrincipal({
      grantee: webhooks,
      actions: [
        'sqs:ReceiveMessage',
        'sqs:DeleteMessage',
        'sqs:GetQueueAttributes',
        'sqs:ChangeMessageVisibility',
      ],
      resourceArns: [this.#queue.queueArn],
    })
    this.#storageKey.grantReceiveFromQueues(webhooks)
    new CfnEventSourceMapping(this, 'Deliveries', {
      eventSourceArn: this.#queue.queueArn,
      functionName: webhooks.lambda.functionName,
      batchSize: 10,
      functionResponseTypes: ['ReportBatchItemFailures'],
      scalingConfig: { maximumConcurrency: MOST_INVOCATIONS },
    }).node.addDependency(webhooks.grantPrincipal)
  }
}
