import type { ServedRequest } from '#local/api-gateway/rest-api.ts'
import type { AwsError } from '#local/aws/aws-error.ts'
import type { AwsCall } from '#local/aws-endpoint.ts'
import type { LambdaFunction } from '#local/lambda/lambda-function.ts'
import type { ResolvedStack } from '#local/template/resolve-stack.ts'
import { type AlarmState, alarmState } from './alarm-state.ts'
import { embeddedMetrics } from './embedded-metrics.ts'
import { measuredFunction } from './lambda-metrics.ts'
import { metricStore } from './metric-store.ts'

/** What CloudWatch would know of a running stack, as far as the stack's alarms look at it. */
export interface StackMetrics {
  /** A line of a function's log. */
  logged(line: string): void
  measured(lambda: LambdaFunction): LambdaFunction
  served(request: ServedRequest): void
  refused(call: AwsCall, error: AwsError): void
  /** Every alarm of the stack, as it stands now. */
  alarms(): readonly AlarmState[]
}

const DYNAMODB_READS = ['BatchGetItem', 'GetItem', 'Query', 'Scan']

export function stackMetrics(
  stack: ResolvedStack,
  visibleMessages: (queueUrl: string) => number,
): StackMetrics {
  const metrics = metricStore()
  const alarms = stack.all('AWS::CloudWatch::Alarm')
  const queues = stack.all('AWS::SQS::Queue')
  return {
    logged(line) {
      for (const point of embeddedMetrics(line)) metrics.put(point)
    },
    measured: (lambda) => measuredFunction(lambda, metrics),
    served({ apiName, stage, status }) {
      const namespace = 'AWS/ApiGateway'
      const dimensions = { ApiName: apiName, Stage: stage }
      metrics.put({ namespace, name: 'Count', dimensions, value: 1 })
      metrics.put({
        namespace,
        name: '4XXError',
        dimensions,
        value: hundreds(status) === 4 ? 1 : 0,
      })
      metrics.put({
        namespace,
        name: '5XXError',
        dimensions,
        value: hundreds(status) === 5 ? 1 : 0,
      })
    },
    refused({ service, action, input }, { type }) {
      if (service !== 'dynamodb' || !/Throttl|ProvisionedThroughputExceeded/.test(type)) return
      metrics.put({
        namespace: 'AWS/DynamoDB',
        name: DYNAMODB_READS.includes(action) ? 'ReadThrottleEvents' : 'WriteThrottleEvents',
        dimensions: { TableName: String(input['TableName']) },
        value: 1,
      })
    },
    alarms() {
      for (const { ref, attributes } of queues) {
        metrics.put({
          namespace: 'AWS/SQS',
          name: 'ApproximateNumberOfMessagesVisible',
          dimensions: { QueueName: attributes['QueueName'] ?? '' },
          value: visibleMessages(ref),
        })
      }
      return alarms.map((alarm) => alarmState(alarm, metrics))
    },
  }
}

function hundreds(status: number): number {
  return Math.floor(status / 100)
}
