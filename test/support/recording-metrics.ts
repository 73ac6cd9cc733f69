import type { Measure, Metrics } from '#core/metrics.ts'

/** Metrics that keep what was counted, to be read. */
export function recordingMetrics(): Metrics & { readonly measures: readonly Measure[] } {
  const measures: Measure[] = []
  return { measures, add: (measure) => void measures.push(measure) }
}
