import { MetricUnit, Metrics as PowertoolsMetrics } from '@aws-lambda-powertools/metrics'
import { METRICS } from '#contract/metrics.ts'
import type { Metrics } from '#core/metrics.ts'

/**
 * Metrics as lines in CloudWatch's embedded metric format, on standard output, a line each: they
 * cost no call and no time.
 *
 * One service name for all functions, so that a connection's numbers are one metric, whichever
 * function counted.
 *
 * @see [Embedded metric format](https://docs.aws.amazon.com/AmazonCloudWatch/latest/monitoring/CloudWatch_Embedded_Metric_Format_Specification.html)
 */
export function powertoolsMetrics(): Metrics {
  return {
    add(measure) {
      const line = shared().singleMetric()
      if (measure.name === 'OldestDue') {
        line.addMetric(measure.name, MetricUnit.Seconds, measure.seconds)
        return
      }
      if (measure.name === 'AddedLatency') {
        line.addDimensions({ door: measure.door })
        line.addMetric(measure.name, MetricUnit.Milliseconds, measure.milliseconds)
        return
      }
      const { name, ...dimensions } = measure
      if (Object.keys(dimensions).length > 0) line.addDimensions(dimensions)
      line.addMetric(name, MetricUnit.Count, 1)
    },
  }
}

let made: PowertoolsMetrics | undefined

/** Made by the first that counts: every client of AWS holds metrics, and most count nothing. */
function shared(): PowertoolsMetrics {
  made ??= new PowertoolsMetrics({ namespace: METRICS.namespace, serviceName: METRICS.service })
  return made
}
