/** Under what the functions count, and the alarms look. */
export const METRICS = { namespace: 'Sallyport', service: 'sallyport' } as const

/** Of each metric the dimensions beside `service`: CloudWatch's queries name all of them. */
export const METRIC_DIMENSIONS = {
  AddedLatency: ['door'],
  AwsThrottles: ['awsService'],
  Dispatches: ['app', 'outcome'],
  Errors: ['event'],
  EventsNotSent: ['eventType'],
  FramesWithoutCookies: ['connection', 'outcome'],
  Launches: ['connection', 'outcome'],
  OldestDue: [],
  RefreshTakeOvers: ['connection'],
  RefreshWaits: ['connection'],
  Refreshes: ['connection', 'outcome'],
  SafetyEvents: ['code'],
  SamlWeaknesses: ['connection', 'reason'],
  SecondPathUses: ['connection'],
  TokensRefused: [],
  WebhookDeliveries: ['app', 'outcome'],
} as const satisfies Readonly<Record<string, readonly string[]>>

export type MetricName = keyof typeof METRIC_DIMENSIONS
