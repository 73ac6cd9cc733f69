import { finished } from 'node:stream'
import type { LambdaFunction } from '#local/lambda/lambda-function.ts'
import type { MetricStore } from './metric-store.ts'

/**
 * A function whose invocations are measured as Lambda measures them: `Invocations`, `Throttles` and
 * `Errors`, which are those that threw, ran out of time or died.
 *
 * @see [Metrics of functions](https://docs.aws.amazon.com/lambda/latest/dg/monitoring-metrics-types.html)
 */
export function measuredFunction(lambda: LambdaFunction, metrics: MetricStore): LambdaFunction {
  const count = (name: string, value: number) =>
    metrics.put({
      namespace: 'AWS/Lambda',
      name,
      dimensions: { FunctionName: lambda.name },
      value,
    })
  return {
    ...lambda,
    async invoke(payload) {
      const result = await lambda.invoke(payload)
      if (result.kind === 'throttled') {
        count('Throttles', 1)
        return result
      }
      count('Invocations', 1)
      if (result.kind === 'stream') {
        finished(result.stream, () => count('Errors', result.failure() ? 1 : 0))
      } else {
        count('Errors', result.kind === 'error' ? 1 : 0)
      }
      return result
    },
  }
}
