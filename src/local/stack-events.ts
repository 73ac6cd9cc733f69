import type { QueueDefinition } from './aws/sqs.ts'
import type { AwsEndpoint } from './aws-endpoint.ts'
import type { AsyncConfiguration } from './lambda/async-invocations.ts'
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
      const lambda = stack
        .all('AWS::Lambda::Function')
        .find(({ ref, attributes }) => [ref, attributes['Arn']].includes(FunctionName))
      if (!lambda) throw new Error(`${logicalId}: ${FunctionName} is no function of this stack`)
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

function queueOf(stack: ResolvedStack, logicalId: string, arn: string): QueueDefinition {
  const queue = queues(stack).find((candidate) => candidate.arn === arn)
  if (queue) return queue
  throw new Error(`${logicalId}: ${arn} is no queue of this stack`)
}
