import { Duration, Stack } from 'aws-cdk-lib'
import { Alarm, ComparisonOperator, Metric, TreatMissingData } from 'aws-cdk-lib/aws-cloudwatch'
import { SnsAction } from 'aws-cdk-lib/aws-cloudwatch-actions'
import { Topic } from 'aws-cdk-lib/aws-sns'
import { Construct, type Node } from 'constructs'
import { ALARMED_METRICS, METRICS } from '#contract/metrics.ts'

export interface AlarmsProps {
  /** An SNS topic of the account, told of every alarm and of its end. @default none is told */
  readonly topicArn?: string | undefined
}

/** Reads the topic's ARN from the CDK's context. @throws Error for what is none */
export function alarmTopicArn(node: Node): string | undefined {
  const given: unknown = node.tryGetContext('alarmTopicArn')
  if (given === undefined) return undefined
  if (typeof given === 'string' && /^arn:[\w-]+:sns:[\w-]+:\d{12}:[\w-]+$/.test(given)) return given
  throw new Error('alarmTopicArn is the ARN of an SNS topic.')
}

/** What wakes a person. What to do at each stands in docs/operations.md. */
export class Alarms extends Construct {
  constructor(scope: Construct, id: string, { topicArn }: AlarmsProps) {
    super(scope, id)

    const tokensRefused = new Alarm(this, 'TokensRefused', {
      alarmName: `${Stack.of(this).stackName}-tokens-refused`,
      alarmDescription:
        'Sealed tokens in the Sessions table are not as they were left: docs/operations.md, Alarms',
      metric: new Metric({
        namespace: METRICS.namespace,
        metricName: ALARMED_METRICS.tokensRefused,
        dimensionsMap: { service: METRICS.service },
        statistic: 'Sum',
        period: Duration.minutes(1),
      }),
      threshold: 1,
      comparisonOperator: ComparisonOperator.GREATER_THAN_OR_EQUAL_TO_THRESHOLD,
      evaluationPeriods: 1,
      // Nothing is counted where nothing is wrong.
      treatMissingData: TreatMissingData.NOT_BREACHING,
    })
    if (topicArn === undefined) return
    const action = new SnsAction(Topic.fromTopicArn(this, 'Topic', topicArn))
    tokensRefused.addAlarmAction(action)
    tokensRefused.addOkAction(action)
  }
}
