import type { Demand } from './demand.ts'
import type { Settings } from './sizes.ts'

/** When the table was last compared with what AWS publishes. */
export const LIMITS_OF = '2026-11'

/** Something that there is only so much of in a second, or at once. */
interface Limit {
  readonly name: string
  /** What is there unless somebody asks for more, in most regions or as the settings say. */
  readonly value: (settings: Settings) => number
  /** What the least of the regions has, where they differ. */
  readonly least?: number
  /** Who raises it: a setting of a deployment, you at the table itself, AWS when asked, or nobody. */
  readonly raisedBy: 'setting' | 'you' | 'AWS' | 'nobody'
  readonly source: string
  readonly demand: (demand: Demand) => number
}

const fixed = (value: number) => () => value
const KMS = 'https://docs.aws.amazon.com/kms/latest/developerguide/requests-per-second.html'
const DYNAMODB = 'https://docs.aws.amazon.com/amazondynamodb/latest/developerguide/Limits.html'

/** What AWS allows an account in a region by default, and what the stack allows itself. */
export const LIMITS: readonly Limit[] = [
  {
    name: '`throttles.stage.rate`: requests a second to the FHIR door and its like',
    value: ({ stageRate }) => stageRate,
    raisedBy: 'setting',
    source: 'deployments.md#throttles-and-concurrency',
    demand: ({ reads }) => reads,
  },
  {
    name: '`throttles.methods`: requests a second to each door of a launch',
    value: ({ launchRate }) => launchRate,
    raisedBy: 'setting',
    source: 'deployments.md#throttles-and-concurrency',
    demand: ({ launches }) => launches,
  },
  {
    name: 'API Gateway: requests a second of an account',
    value: fixed(10_000),
    least: 2_500,
    raisedBy: 'AWS',
    source: 'https://docs.aws.amazon.com/apigateway/latest/developerguide/limits.html',
    demand: ({ reads, launches }) => reads + DOORS_OF_A_LAUNCH * launches,
  },
  {
    name: 'Lambda: invocations at once of an account',
    value: fixed(1_000),
    least: 10,
    raisedBy: 'AWS',
    source: 'https://docs.aws.amazon.com/lambda/latest/dg/gettingstarted-limits.html',
    demand: ({ invocationsAtOnce }) => invocationsAtOnce,
  },
  {
    name: 'KMS: `Sign` a second with RSA keys, which assertions have by default',
    value: fixed(1_000),
    raisedBy: 'AWS',
    source: KMS,
    demand: ({ rsaSigns }) => rsaSigns,
  },
  {
    name: 'KMS: `Sign` a second with elliptic keys, which apps’ tokens have',
    value: fixed(1_000),
    raisedBy: 'AWS',
    source: KMS,
    demand: ({ eccSigns }) => eccSigns,
  },
  {
    name: 'KMS: symmetric calls a second, if no data key were ever found in memory',
    value: fixed(20_000),
    least: 10_000,
    raisedBy: 'AWS',
    source: KMS,
    demand: ({ symmetricCalls }) => symmetricCalls,
  },
  {
    name: 'DynamoDB: write units a second of a table that never had more',
    value: fixed(4_000),
    raisedBy: 'you',
    source:
      'https://docs.aws.amazon.com/amazondynamodb/latest/developerguide/on-demand-capacity-mode.html',
    demand: ({ writeUnits }) => writeUnits,
  },
  {
    name: 'DynamoDB: write units a second of a table',
    value: fixed(40_000),
    raisedBy: 'AWS',
    source: DYNAMODB,
    demand: ({ writeUnits }) => writeUnits,
  },
  {
    name: 'DynamoDB: read units a second of a table',
    value: fixed(40_000),
    raisedBy: 'AWS',
    source: DYNAMODB,
    demand: ({ readUnits }) => readUnits,
  },
  {
    name: 'DynamoDB: write units a second of a partition, to a shard of the due index',
    value: fixed(1_000),
    raisedBy: 'nobody',
    source:
      'https://docs.aws.amazon.com/amazondynamodb/latest/developerguide/bp-partition-key-design.html',
    demand: ({ shardWriteUnits }) => shardWriteUnits,
  },
  {
    name: 'CloudWatch Logs: `PutLogEvents` a second, one for each audit record',
    value: fixed(5_000),
    raisedBy: 'AWS',
    source: 'https://docs.aws.amazon.com/AmazonCloudWatch/latest/logs/cloudwatch_limits_cwl.html',
    demand: ({ auditWrites }) => auditWrites,
  },
  {
    name: 'EventBridge: `PutEvents` a second; a renewal only where an app wants to be told',
    value: fixed(2_400),
    least: 400,
    raisedBy: 'AWS',
    source: 'https://docs.aws.amazon.com/eventbridge/latest/userguide/eb-quota.html',
    demand: ({ events }) => events,
  },
  {
    name: 'EventBridge Scheduler: invocations a second',
    value: fixed(1_000),
    least: 500,
    raisedBy: 'AWS',
    source: 'https://docs.aws.amazon.com/scheduler/latest/UserGuide/scheduler-quotas.html',
    demand: ({ schedules }) => schedules,
  },
]

/** `launch`, `redirect`, `sso` and `token`, once each. */
const DOORS_OF_A_LAUNCH = 4

/** Above this part of a limit a peak that is a little higher than thought would meet it. */
const TIGHT = 0.7

/** What would be wanted for a demand to be at ease, in round numbers; nothing while it is. */
export function toAskFor(limit: Limit, demand: Demand, settings: Settings): number | undefined {
  const asked = limit.demand(demand)
  if (asked <= TIGHT * limit.value(settings)) return undefined
  const wanted = asked / TIGHT
  const step = 10 ** Math.floor(Math.log10(wanted)) / 2
  return Math.ceil(wanted / step) * step
}

/** How much of a limit is taken. */
export function share(limit: Limit, demand: Demand, settings: Settings): number {
  return limit.demand(demand) / limit.value(settings)
}
