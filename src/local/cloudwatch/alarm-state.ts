import type { ResolvedResource } from '#local/template/resolve-stack.ts'
import { metricMath } from './metric-math.ts'
import type { MetricPoint, MetricStore } from './metric-store.ts'
import { metricsInsights } from './metrics-insights.ts'

type AlarmResource = ResolvedResource<'AWS::CloudWatch::Alarm'>
type Query = AlarmResource['properties']['Metrics'][number]
type MetricStat = NonNullable<Query['MetricStat']>

export interface AlarmState {
  /** The alarm's logical id. */
  readonly alarm: string
  readonly state: 'ALARM' | 'OK'
  /** In the newest period; absent where there is no data. */
  readonly value?: number
}

/** Of at least one value. */
const STATISTICS: Readonly<Record<MetricStat['Stat'], (values: readonly number[]) => number>> = {
  Sum: (values) => values.reduce((sum, value) => sum + value, 0),
  Maximum: (values) => Math.max(...values),
  SampleCount: (values) => values.length,
  // By nearest rank; CloudWatch's own are so within a hundredth.
  p90: (values) => values.toSorted((a, b) => a - b)[Math.ceil(values.length * 0.9) - 1] ?? 0,
}

/**
 * The state of an alarm by what was measured up to now: whether its value was at its threshold or
 * beyond in each of its periods, the last of which is still running. Without data a period is well.
 */
export function alarmState(alarm: AlarmResource, metrics: MetricStore): AlarmState {
  const { Metrics, Threshold, EvaluationPeriods } = alarm.properties
  const periodMs = periodOf(Metrics) * 1_000
  const running = Math.floor(Date.now() / periodMs)
  const values = Array.from({ length: EvaluationPeriods }, (_, back) => {
    const fromMs = (running - back) * periodMs
    return valueWithin(Metrics, metrics.within({ fromMs, toMs: fromMs + periodMs }))
  })
  const fires = values.every((value) => value !== undefined && value >= Threshold)
  const [value] = values
  return {
    alarm: alarm.logicalId,
    state: fires ? 'ALARM' : 'OK',
    ...(value !== undefined && { value }),
  }
}

function periodOf(queries: readonly Query[]): number {
  const periods = new Set(
    queries.flatMap((query) => query.MetricStat?.Period ?? query.Period ?? []),
  )
  const [period] = periods
  if (period === undefined || periods.size > 1) {
    throw new Error('The local runtime serves alarms of one period')
  }
  return period
}

function valueWithin(
  queries: readonly Query[],
  points: readonly MetricPoint[],
): number | undefined {
  const value = (query: Query): number | undefined => {
    if (query.MetricStat) return statistic(query.MetricStat, points)
    const expression = query.Expression ?? ''
    if (expression.startsWith('SELECT ')) return metricsInsights(expression)(points)
    return metricMath(expression)((id) => {
      const source = queries.find(({ Id }) => Id === id)
      if (!source) throw new Error(`The alarm has no metric ${id}`)
      return value(source)
    })
  }
  const [returned, ...more] = queries.filter(({ ReturnData }) => ReturnData)
  if (!returned || more.length > 0) throw new Error('An alarm returns the data of one metric')
  return value(returned)
}

function statistic({ Metric, Stat }: MetricStat, points: readonly MetricPoint[]) {
  const wanted = Object.fromEntries(Metric.Dimensions.map(({ Name, Value }) => [Name, Value]))
  const values = points
    .filter(({ namespace, name }) => namespace === Metric.Namespace && name === Metric.MetricName)
    .filter(({ dimensions }) => isSame(dimensions, wanted))
    .map(({ value }) => value)
  return values.length === 0 ? undefined : STATISTICS[Stat](values)
}

function isSame(a: Readonly<Record<string, string>>, b: Readonly<Record<string, string>>): boolean {
  const keys = Object.keys(a)
  return keys.length === Object.keys(b).length && keys.every((key) => a[key] === b[key])
}
