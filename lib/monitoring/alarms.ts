import { CfnAlarm } from 'aws-cdk-lib/aws-cloudwatch'
import { Construct, type Node } from 'constructs'
import { METRIC_DIMENSIONS, METRICS } from '#contract/metrics.ts'
import { fromContext } from '../deployments/from-context.ts'
import type { AlarmDefinition, CountedSource, MetricSource } from './alarm-definition.ts'
import { alarmDefinitions, type Watched } from './alarm-definitions.ts'

export interface AlarmsProps extends Watched {
  /** Begins their names. */
  readonly prefix: string
  /** An SNS topic of the account, told of every alarm and of its end. @default none is told */
  readonly topicArn?: string | undefined
}

/** Reads the topic's ARN from the CDK's context, or the deployment. @throws Error for what is none */
export function alarmTopicArn(node: Node, deployed?: string): string | undefined {
  const given = fromContext(node, 'alarmTopicArn', deployed)
  if (given === undefined) return undefined
  if (typeof given === 'string' && /^arn:[\w-]+:sns:[\w-]+:\d{12}:[\w-]+$/.test(given)) return given
  throw new Error('alarmTopicArn is the ARN of an SNS topic.')
}

/** The alarms of a deployment. A metric without data is no alarm: nothing happened. */
export class Alarms extends Construct {
  constructor(scope: Construct, id: string, { prefix, topicArn, ...watched }: AlarmsProps) {
    super(scope, id)

    for (const definition of alarmDefinitions(watched)) {
      const { name, says, threshold } = definition
      new CfnAlarm(this, name, {
        alarmName: `${prefix}-${name}`,
        alarmDescription: `${says} What to do: docs/operations.md, ${name}`,
        metrics: metricsOf(definition),
        comparisonOperator: 'GreaterThanOrEqualToThreshold',
        threshold,
        evaluationPeriods: 1,
        treatMissingData: 'notBreaching',
        ...(topicArn !== undefined && { alarmActions: [topicArn], okActions: [topicArn] }),
      })
    }
  }
}

function metricsOf({
  of,
  math,
  periodMinutes,
}: AlarmDefinition): CfnAlarm.MetricDataQueryProperty[] {
  const period = periodMinutes * 60
  if ('counted' in of) {
    return [{ id: 'value', expression: query(of), period, returnData: true }]
  }
  const sources = of.map((source, index) => ({
    id: `m${index + 1}`,
    metricStat: metricStat(source, period),
    returnData: false,
  }))
  const sum = sources.map(({ id }) => `FILL(${id}, 0)`).join(' + ')
  return [{ id: 'value', expression: math ?? sum, returnData: true }, ...sources]
}

function metricStat({ namespace, name, dimensions, statistic }: MetricSource, period: number) {
  return {
    metric: {
      namespace,
      metricName: name,
      dimensions: Object.entries(dimensions).map(([key, value]) => ({ name: key, value })),
    },
    period,
    stat: statistic,
  }
}

/**
 * Over all that has just these dimensions.
 *
 * @see [Metrics Insights](https://docs.aws.amazon.com/AmazonCloudWatch/latest/monitoring/cloudwatch-metrics-insights-querylanguage.html)
 */
function query({ counted, where = {} }: CountedSource): string {
  const dimensions = [...METRIC_DIMENSIONS[counted], 'service']
  const schema = [`"${METRICS.namespace}"`, ...dimensions].join(', ')
  const conditions = Object.entries(where).map(([name, value]) => `${name} = '${value}'`)
  const filter = conditions.length > 0 ? ` WHERE ${conditions.join(' AND ')}` : ''
  return `SELECT SUM(${counted}) FROM SCHEMA(${schema})${filter}`
}
