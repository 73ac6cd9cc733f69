/** One measurement. */
export interface MetricPoint {
  readonly namespace: string
  readonly name: string
  readonly dimensions: Readonly<Record<string, string>>
  readonly value: number
  readonly timeMs: number
}

/** A stretch of time: from `fromMs` on, before `toMs`. */
interface Stretch {
  readonly fromMs: number
  readonly toMs: number
}

export interface MetricStore {
  put(point: Omit<MetricPoint, 'timeMs'>): void
  /** What was measured in a stretch of time. */
  within(stretch: Stretch): readonly MetricPoint[]
}

/** Longer than any alarm of a stack looks back. */
const KEPT_MS = 3 * 3_600_000

/** Measurements of the last hours, as they came in. */
export function metricStore(): MetricStore {
  let points: MetricPoint[] = []
  return {
    put(point) {
      const timeMs = Date.now()
      if ((points[0]?.timeMs ?? timeMs) < timeMs - 2 * KEPT_MS) {
        points = points.filter((old) => old.timeMs >= timeMs - KEPT_MS)
      }
      points.push({ ...point, timeMs })
    },
    within: ({ fromMs, toMs }) => points.filter(({ timeMs }) => timeMs >= fromMs && timeMs < toMs),
  }
}
