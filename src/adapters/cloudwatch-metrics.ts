import { METRICS, type MetricName } from '#contract/metrics.ts'
import type { Measure, Metrics } from '#core/metrics.ts'

/**
 * Metrics as lines in CloudWatch's embedded metric format, on standard output, a line each: they
 * cost no call and next to no time, so that a request may count itself.
 *
 * One service name for all functions, so that a connection's numbers are one metric, whichever
 * function counted.
 *
 * @see [Embedded metric format](https://docs.aws.amazon.com/AmazonCloudWatch/latest/monitoring/CloudWatch_Embedded_Metric_Format_Specification.html)
 */
export function cloudwatchMetrics(): Metrics {
  return { add: (measure) => void process.stdout.write(`${JSON.stringify(line(measure))}\n`) }
}

function line(measure: Measure) {
  if (measure.name === 'OldestDue') return embedded(measure.name, measure.seconds, 'Seconds')
  if (measure.name === 'AddedLatency') {
    const { name, door, milliseconds } = measure
    return embedded(name, milliseconds, 'Milliseconds', { door })
  }
  const { name, ...dimensions } = measure
  return embedded(name, 1, 'Count', dimensions)
}

function embedded(
  name: MetricName,
  value: number,
  unit: 'Count' | 'Milliseconds' | 'Seconds',
  dimensions: Readonly<Record<string, string>> = {},
) {
  return {
    _aws: {
      Timestamp: Date.now(),
      CloudWatchMetrics: [
        {
          Namespace: METRICS.namespace,
          Dimensions: [['service', ...Object.keys(dimensions)]],
          Metrics: [{ Name: name, Unit: unit }],
        },
      ],
    },
    service: METRICS.service,
    ...dimensions,
    [name]: value,
  }
}
