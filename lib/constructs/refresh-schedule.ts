import { Aws, Duration } from 'aws-cdk-lib'
import { Grant, type IGrantable, Role, ServicePrincipal } from 'aws-cdk-lib/aws-iam'
import { CfnEventInvokeConfig, type IFunction } from 'aws-cdk-lib/aws-lambda'
import { CfnSchedule, CfnScheduleGroup } from 'aws-cdk-lib/aws-scheduler'
import { Construct } from 'constructs'
import type { RefresherEvent } from '#contract/refresher.ts'
import { SESSIONS_TABLE } from '#contract/tables.ts'
import { FailureQueue } from './failure-queue.ts'
import type { StorageKey } from './storage-key.ts'

export interface RefreshScheduleProps {
  /** What is woken. */
  readonly refresher: IGrantable & { readonly lambda: IFunction }
  /** How many schedules share the due index's shards; as many runs work at once. */
  readonly schedules: number
  /** Sessions that each run works at once. */
  readonly concurrency: number
  /** Begins the name of their group. */
  readonly prefix: string
  readonly storageKey: StorageKey
}

/** A late delivery would only meet the next one. */
const MAX_EVENT_AGE = Duration.minutes(1)

/**
 * What wakes the refresher, once a minute for each range of shards.
 *
 * Nothing is delivered a second time: the next minute is the repetition. What could not be delivered
 * ends in one queue, what the function failed at in another.
 */
export class RefreshSchedule extends Construct {
  /** Names of the two queues. */
  readonly undelivered: string
  readonly failed: string

  constructor(scope: Construct, id: string, props: RefreshScheduleProps) {
    super(scope, id)

    const { refresher, concurrency, storageKey } = props
    const undelivered = new FailureQueue(this, 'Undelivered', { storageKey })
    const failed = new FailureQueue(this, 'Failed', { storageKey })

    this.undelivered = undelivered.queue.queueName
    this.failed = failed.queue.queueName

    failed.grantSend(refresher)
    new CfnEventInvokeConfig(this, 'Invocations', {
      functionName: refresher.lambda.functionName,
      qualifier: '$LATEST',
      maximumRetryAttempts: 0,
      maximumEventAgeInSeconds: MAX_EVENT_AGE.toSeconds(),
      destinationConfig: { onFailure: { destination: failed.queueArn } },
    }).node.addDependency(refresher.grantPrincipal)

    const group = new CfnScheduleGroup(this, 'Group', { name: `${props.prefix}-refresh` })
    const role = new Role(this, 'Role', {
      // Of this account's schedules alone, and of these (the confused deputy of the IAM guide).
      assumedBy: new ServicePrincipal('scheduler.amazonaws.com', {
        conditions: {
          StringEquals: { 'aws:SourceAccount': Aws.ACCOUNT_ID, 'aws:SourceArn': group.attrArn },
        },
      }),
    })
    Grant.addToPrincipal({
      grantee: role,
      actions: ['lambda:InvokeFunction'],
      resourceArns: [refresher.lambda.functionArn],
    })
    undelivered.grantSend(role)

    for (const [index, shards] of shardRanges(props.schedules).entries()) {
      new CfnSchedule(this, `Shards${index}`, {
        groupName: group.ref,
        description: `Renews what is due in shards ${shards.firstShard} to ${shards.lastShard}`,
        scheduleExpression: 'rate(1 minute)',
        flexibleTimeWindow: { mode: 'OFF' },
        target: {
          arn: refresher.lambda.functionArn,
          roleArn: role.roleArn,
          input: JSON.stringify({ ...shards, concurrency } satisfies RefresherEvent),
          retryPolicy: {
            maximumRetryAttempts: 0,
            maximumEventAgeInSeconds: MAX_EVENT_AGE.toSeconds(),
          },
          deadLetterConfig: { arn: undelivered.queueArn },
        },
      }).node.addDependency(role)
    }
  }
}

/** All shards, in as many ranges of one length or nearly. */
export function shardRanges(count: number): readonly Omit<RefresherEvent, 'concurrency'>[] {
  const { shards } = SESSIONS_TABLE.dueIndex
  if (!Number.isInteger(count) || count < 1 || count > shards) {
    throw new Error(`There are ${shards} shards: between 1 and ${shards} schedules can share them`)
  }
  const begin = (index: number) => Math.floor((index * shards) / count)
  return Array.from({ length: count }, (_, index) => ({
    firstShard: begin(index),
    lastShard: begin(index + 1) - 1,
  }))
}
