import { Aws, Stack } from 'aws-cdk-lib'
import { CfnDashboard } from 'aws-cdk-lib/aws-cloudwatch'
import { Construct } from 'constructs'
import { METRIC_DIMENSIONS, METRICS, type MetricName } from '#contract/metrics.ts'
import type { Watched } from './alarm-definitions.ts'

/** A graph's lines: a metric by its dimensions, or a search for what there is of one. */
type Line = readonly unknown[]

interface Graph {
  readonly title: string
  readonly lines: readonly Line[]
  /** @default 'Sum' */
  readonly stat?: string
}

export interface BrokerDashboardProps extends Watched {
  readonly name: string
}

/** Of the grid's 24 columns. */
const WIDTH = 8
const HEIGHT = 6

/**
 * One page: how launches go, what the doors do, how renewals go, what defenses met, and what costs.
 *
 * @see [Dashboard body](https://docs.aws.amazon.com/AmazonCloudWatch/latest/APIReference/CloudWatch-Dashboard-Body-Structure.html)
 */
export class BrokerDashboard extends Construct {
  constructor(scope: Construct, id: string, { name, ...watched }: BrokerDashboardProps) {
    super(scope, id)

    const perRow = 24 / WIDTH
    const widgets = graphs(watched).map(({ title, lines, stat = 'Sum' }, index) => ({
      type: 'metric',
      x: (index % perRow) * WIDTH,
      y: Math.floor(index / perRow) * HEIGHT,
      width: WIDTH,
      height: HEIGHT,
      properties: {
        title,
        metrics: lines,
        stat,
        period: 300,
        region: Aws.REGION,
        view: 'timeSeries',
      },
    }))
    new CfnDashboard(this, 'Resource', {
      dashboardName: name,
      dashboardBody: Stack.of(this).toJsonString({ widgets }),
    })
  }
}

function graphs({ functions, tables, api, queues }: Watched): readonly Graph[] {
  const lambda = (name: string): readonly Line[] =>
    Object.entries(functions).map(([label, functionName]) => [
      'AWS/Lambda',
      name,
      'FunctionName',
      functionName,
      { label },
    ])
  const gateway = (name: string, options: object = {}): Line => [
    'AWS/ApiGateway',
    name,
    'ApiName',
    api.name,
    'Stage',
    api.stage,
    options,
  ]
  const ofTables = (...names: readonly string[]): readonly Line[] =>
    tables.flatMap((table) => names.map((name) => ['AWS/DynamoDB', name, 'TableName', table]))
  const percentiles = (name: string): readonly Line[] =>
    ['p50', 'p90', 'p99'].map((stat) => gateway(name, { stat, label: stat }))

  return [
    { title: 'Launches', lines: [found('Launches')] },
    { title: 'Apps told of sign-ons', lines: [found('Dispatches')] },
    { title: 'Frames without cookies', lines: [found('FramesWithoutCookies')] },
    { title: 'Requests', lines: [gateway('Count'), gateway('4XXError'), gateway('5XXError')] },
    { title: 'Answers, in milliseconds', lines: percentiles('Latency') },
    { title: 'Added to the EHR’s time by the doors, in milliseconds', lines: addedByDoors() },
    { title: 'Functions, in milliseconds', lines: lambda('Duration'), stat: 'p90' },
    { title: 'Functions that crashed', lines: lambda('Errors') },
    { title: 'Renewals', lines: [found('Refreshes')] },
    {
      title: 'Oldest due, in seconds',
      lines: [[METRICS.namespace, 'OldestDue', 'service', METRICS.service]],
      stat: 'Maximum',
    },
    {
      title: 'Take-overs and second path',
      lines: [found('RefreshTakeOvers'), found('SecondPathUses')],
    },
    { title: 'What defenses refused', lines: [found('SafetyEvents')] },
    { title: 'Errors in the log', lines: [found('Errors')] },
    {
      title: 'Put off by AWS',
      lines: [found('AwsThrottles'), ...ofTables('ReadThrottleEvents', 'WriteThrottleEvents')],
    },
    {
      title: 'Dead letters',
      lines: Object.entries(queues).map(([label, queue]) => [
        'AWS/SQS',
        'ApproximateNumberOfMessagesVisible',
        'QueueName',
        queue,
        { label },
      ]),
      stat: 'Maximum',
    },
    { title: 'Webhooks', lines: [found('WebhookDeliveries')] },
    {
      title: 'Events that the bus did not take',
      lines: [found('EventsNotSent')],
    },
    { title: 'Cost: invocations', lines: lambda('Invocations') },
    {
      title: 'Cost: read and write units',
      lines: ofTables('ConsumedReadCapacityUnits', 'ConsumedWriteCapacityUnits'),
    },
    {
      title: 'Cost: bytes into this account’s logs',
      lines: [['AWS/Logs', 'IncomingBytes']],
    },
  ]
}

/** Of each door what its middle request waits for the broker, and one in ten at least. */
function addedByDoors(): readonly Line[] {
  return ['fhir', 'data-model'].flatMap((door) =>
    ['p50', 'p90'].map((stat) => [
      METRICS.namespace,
      'AddedLatency',
      'service',
      METRICS.service,
      'door',
      door,
      { stat, label: `${door} ${stat}` },
    ]),
  )
}

/** All that has just these dimensions, as a line each. */
function found(name: MetricName): Line {
  const schema = [METRICS.namespace, 'service', ...METRIC_DIMENSIONS[name]].join(',')
  return [{ expression: `SEARCH('{${schema}} MetricName="${name}"', 'Sum', 300)` }]
}
