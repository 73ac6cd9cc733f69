import type { MetricName } from '#contract/metrics.ts'

/** A metric of an AWS service, or of the broker where all its dimensions are known. */
export interface MetricSource {
  readonly namespace: string
  readonly name: string
  readonly dimensions: Readonly<Record<string, string>>
  readonly statistic: 'Sum' | 'Maximum' | 'SampleCount' | 'p90'
}

/** The sum of a metric of the broker over whatever connections or apps there are. */
export interface CountedSource {
  readonly counted: MetricName
  /** Only what has these values. */
  readonly where?: Readonly<Record<string, string>>
}

/** One thing that somebody should be woken or told of, and when. */
export interface AlarmDefinition {
  /** Of the alarm; the heading of its entry in `docs/operations.md`. */
  readonly name: string
  /** What has happened when it fires. */
  readonly says: string
  readonly of: CountedSource | readonly MetricSource[]
  /**
   * CloudWatch's metric math over the sources, named `m1`, `m2` and so on.
   * @default the sum of all
   */
  readonly math?: string
  /** Fires from this value on. */
  readonly threshold: number
  readonly periodMinutes: number
}
