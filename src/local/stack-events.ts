import { busName } from './aws/event-bridge.ts'
import type { QueueDefinition } from './aws/sqs.ts'
import type { AwsEndpoint } from './aws-endpoint.ts'
import type { RuleDefinition } from './event-rules.ts'
import type { AsyncConfiguration } from './lambda/async-invocations.ts'
import type { QueueMapping } from './lambda/queue-poller.ts'
import type { ScheduleDefinition } from './scheduler.ts'
import type { ResolvedStack } from './template/resolve-stack.ts'

const UNIT_SECONDS: Readonly<Record<string, number>> = { minute: 60, hour: 3_600, day: 86_400 }

/** The queues of a stack. */
export function queues(stack: ResolvedStack): readonly QueueDefinition[] {
  return stack.all('AWS::SQS::Queue').map(({ ref, attributes, properties }) => ({
    url: ref,
    arn: attributes['Arn'] ?? '',
    visibilityTimeout: properties.VisibilityTimeout,
    retentionPeriod: properties.MessageRetentionPeriod,
    ...(properties.RedrivePolicy && {
      redrive: {
        deadLetterArn: properties.RedrivePolicy.deadLetterTargetArn,
        maxReceiveCount: properties.RedrivePolicy.maxReceiveCount,
      },
    }),
  }))
}

/**
 * The schedules of a stack.
 *
 * @throws Error naming the logical id of one whose target or dead-letter queue is not of the stack
 */
export function schedules(stack: ResolvedStack): readonly ScheduleDefinition[] {
  return stack
    .all('AWS::Scheduler::Schedule')
    .map(({ logicalId, attributes, properties: { State, ScheduleExpression, Target } }) => {
      const functions = stack.all('AWS::Lambda::Function').map((one) => one.attributes['Arn'])
      if (!functions.includes(Target.Arn)) {
        throw new Error(`${logicalId}: its target ${Target.Arn} is no function of this stack`)
      }
      const [, count = '', unit = ''] = /(\d+) (minute|hour|day)/.exec(ScheduleExpression) ?? []
      const { DeadLetterConfig, RetryPolicy } = Target
      return {
        caller: logicalId,
        arn: attributes['Arn'] ?? '',
        enabled: State === 'ENABLED',
        intervalSeconds: Number(count) * (UNIT_SECONDS[unit] ?? 0),
        functionArn: Target.Arn,
        input: Target.Input,
        maximumRetryAttempts: RetryPolicy.MaximumRetryAttempts,
        maximumEventAgeSeconds: RetryPolicy.MaximumEventAgeInSeconds,
        ...(DeadLetterConfig && { queue: queueOf(stack, logicalId, DeadLetterConfig.Arn) }),
      }
    })
}

/**
 * How Lambda deals with events that are left to it, by the function's ARN. A destination is reached
 * in the function's own name.
 *
 * @throws Error naming the logical id of a configuration whose function or queue is not of the stack
 */
export function asyncConfigurations(
  stack: ResolvedStack,
  aws: Pick<AwsEndpoint, 'call'>,
): ReadonlyMap<string, AsyncConfiguration> {
  return new Map(
    stack.all('AWS::Lambda::EventInvokeConfig').map(({ logicalId, properties }) => {
      const { FunctionName, DestinationConfig } = properties
      const lambda = functionOf(stack, logicalId, FunctionName)
      const destination = DestinationConfig.OnFailure?.Destination
      const queue = destination === undefined ? undefined : queueOf(stack, logicalId, destination)
      return [
        lambda.attributes['Arn'] ?? '',
        {
          maximumRetryAttempts: properties.MaximumRetryAttempts,
          maximumEventAgeSeconds: properties.MaximumEventAgeInSeconds,
          ...(queue && {
            onFailure: (record: string) =>
              aws.call(lambda.logicalId, 'sqs', 'SendMessage', {
                QueueUrl: queue.url,
                MessageBody: record,
              }),
          }),
        },
      ]
    }),
  )
}

/**
 * The rules of a stack that are enabled.
 *
 * @throws Error naming the logical id of one whose target is no queue of the stack
 */
export function rules(stack: ResolvedStack): readonly RuleDefinition[] {
  return stack
    .all('AWS::Events::Rule')
    .filter(({ properties }) => properties.State === 'ENABLED')
    .map(({ logicalId, properties: { EventBusName, EventPattern, Targets } }) => ({
      caller: logicalId,
      bus: busName(EventBusName),
      pattern: EventPattern,
      targets: Targets.map(({ Arn, InputPath }) => ({
        queueUrl: queueOf(stack, logicalId, Arn).url,
        inputPath: InputPath,
      })),
    }))
}

/**
 * Which functions take what is in which queues.
 *
 * @throws Error naming the logical id of a mapping whose function or queue is not of the stack, or
 * that reads a queue faster than its function may take
 */
export function queueMappings(stack: ResolvedStack): readonly QueueMapping[] {
  return stack
    .all('AWS::Lambda::EventSourceMapping')
    .filter(({ properties }) => properties.Enabled)
    .map(({ logicalId, properties }) => {
      const queue = queueOf(stack, logicalId, properties.EventSourceArn)
      const lambda = functionOf(stack, logicalId, properties.FunctionName)
      if (queue.visibilityTimeout < lambda.properties.Timeout) {
        throw new Error(`${logicalId}: the queue's visibility timeout is less than the function's`)
      }
      return {
        caller: lambda.logicalId,
        functionArn: lambda.attributes['Arn'] ?? '',
        queue,
        batchSize: properties.BatchSize,
        reportsFailures: properties.FunctionResponseTypes.length > 0,
      }
    })
}

function functionOf(stack: ResolvedStack, logicalId: string, nameOrArn: string) {
  const lambda = stack
    .all('AWS::Lambda::Function')
    .find(({ ref, attributes }) => [ref, attributes['Arn']].includes(nameOrArn))
  if (lambda) return lambda
  throw new Error(`${logicalId}: ${nameOrArn} is no function of this stack`)
}

function queueOf(stack: ResolvedStack, logicalId: string, arn: string): QueueDefinition {
  const queue = queues(stack).find((candidate) => candidate.arn === arn)
  if (queue) return queue
  throw new Error(`${logicalId}: ${arn} is no queue of this stack`)
}
