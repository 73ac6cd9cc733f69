import * as z from 'zod'

const name = z.string().min(1).max(1_024)

/**
 * A line of the embedded metric format, as AWS's own JSON Schema has it.
 *
 * @see [The schema](https://docs.aws.amazon.com/AmazonCloudWatch/latest/monitoring/CloudWatch_Embedded_Metric_Format_Specification.html#CloudWatch_Embedded_Metric_Format_Specification_schema)
 */
const emfLine = z
  .looseObject({
    _aws: z.strictObject({
      Timestamp: z.int(),
      CloudWatchMetrics: z.array(
        z.strictObject({
          Namespace: name,
          Dimensions: z.array(z.array(z.string().min(1).max(250)).min(1).max(30)).min(1),
          Metrics: z
            .array(
              z.strictObject({
                Name: name,
                Unit: z.enum(['Count', 'Seconds', 'Milliseconds']).optional(),
                StorageResolution: z.int().optional(),
              }),
            )
            .min(1)
            .max(100),
        }),
      ),
    }),
  })
  .superRefine((line, context) => {
    for (const { Dimensions, Metrics } of line._aws.CloudWatchMetrics) {
      for (const dimension of Dimensions.flat()) {
        if (typeof line[dimension] !== 'string') {
          context.addIssue({ code: 'custom', message: `no value of the dimension ${dimension}` })
        }
      }
      for (const { Name } of Metrics) {
        if (typeof line[Name] !== 'number') {
          context.addIssue({ code: 'custom', message: `no value of the metric ${Name}` })
        }
      }
    }
  })

/** What a line tells CloudWatch, if it is one of the format; throws if it is one and is wrong. */
export function emfMeasure(line: string): Readonly<Record<string, unknown>> | undefined {
  if (!line.includes('"_aws"')) return undefined
  const { _aws, ...members } = emfLine.parse(JSON.parse(line))
  const [directive] = _aws.CloudWatchMetrics
  const dimensions = directive?.Dimensions[0] ?? []
  const metrics = directive?.Metrics.map(({ Name }) => Name) ?? []
  const names = [...dimensions, ...metrics]
  const others = Object.keys(members).filter((member) => !names.includes(member))
  if (others.length > 0) throw new Error(`members that are no metric: ${others.join(', ')}`)
  return members
}
