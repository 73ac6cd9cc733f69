import * as z from 'zod'
import type { MetricPoint } from './metric-store.ts'

const directives = z.looseObject({
  _aws: z.looseObject({
    CloudWatchMetrics: z.array(
      z.looseObject({
        Namespace: z.string(),
        Dimensions: z.array(z.array(z.string())),
        Metrics: z.array(z.looseObject({ Name: z.string() })),
      }),
    ),
  }),
})

/**
 * What a log line measures, if it is of the embedded metric format.
 *
 * @see [The format](https://docs.aws.amazon.com/AmazonCloudWatch/latest/monitoring/CloudWatch_Embedded_Metric_Format_Specification.html)
 */
export function embeddedMetrics(line: string): readonly Omit<MetricPoint, 'timeMs'>[] {
  if (!line.includes('"_aws"')) return []
  const parsed = directives.safeParse(jsonOf(line))
  if (!parsed.success) return []
  const members: Readonly<Record<string, unknown>> = parsed.data
  return parsed.data._aws.CloudWatchMetrics.flatMap(({ Namespace, Dimensions, Metrics }) =>
    Dimensions.flatMap((names) =>
      Metrics.flatMap(({ Name }) =>
        [members[Name]].flat().flatMap((value) =>
          typeof value === 'number'
            ? [
                {
                  namespace: Namespace,
                  name: Name,
                  dimensions: Object.fromEntries(
                    names.map((name) => [name, String(members[name])]),
                  ),
                  value,
                },
              ]
            : [],
        ),
      ),
    ),
  )
}

function jsonOf(line: string): unknown {
  try {
    return JSON.parse(line)
  } catch {
    return undefined
  }
}
