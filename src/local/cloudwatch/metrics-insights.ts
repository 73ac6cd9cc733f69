import type { MetricPoint } from './metric-store.ts'

const QUERY =
  /^SELECT (SUM|MAX)\((\w+)\) FROM SCHEMA\("([^"]+)"((?:, ?\w+)*)\)(?: WHERE (\w+ = '[^']*'(?: AND \w+ = '[^']*')*))?$/

/** What a query makes of the points of a period; `undefined` where none is of its schema. */
export type InsightsQuery = (points: readonly MetricPoint[]) => number | undefined

/**
 * A query of CloudWatch Metrics Insights, for the part of its language that is served. A metric is of
 * a schema if it has just the dimensions named there.
 *
 * @throws Error for anything else
 * @see [Its grammar](https://docs.aws.amazon.com/AmazonCloudWatch/latest/monitoring/cloudwatch-metrics-insights-querylanguage.html)
 */
export function metricsInsights(query: string): InsightsQuery {
  const [whole, aggregate, name, namespace, keys = '', where = ''] = QUERY.exec(query) ?? []
  if (whole === undefined) {
    throw new Error(`The local runtime does not serve the metrics query ${query}`)
  }
  const schema = keys.split(',').flatMap((key) => key.trim() || [])
  const conditions = [...where.matchAll(/(\w+) = '([^']*)'/g)].map(([, key = '', value]) => ({
    key,
    value,
  }))
  return (points) => {
    const values = points
      .filter((point) => point.namespace === namespace && point.name === name)
      .filter(({ dimensions }) => isJust(Object.keys(dimensions), schema))
      .filter(({ dimensions }) => conditions.every(({ key, value }) => dimensions[key] === value))
      .map(({ value }) => value)
    if (values.length === 0) return undefined
    return aggregate === 'SUM' ? values.reduce((sum, value) => sum + value, 0) : Math.max(...values)
  }
}

function isJust(keys: readonly string[], schema: readonly string[]): boolean {
  return keys.length === schema.length && keys.every((key) => schema.includes(key))
}
