/** What AWS charges for one of each, in US dollars, in us-east-1, without free tiers and discounts. */
const PRICES = {
  /** API Gateway, REST API: 3.50 a million. */
  apiRequest: 3.5e-6,
  /** Lambda, requests: 0.20 a million. */
  invocation: 0.2e-6,
  /** Lambda on arm64, a GB-second. */
  gbSecond: 0.0000133334,
  /** DynamoDB on demand: 0.125 a million read units, 0.625 a million write units. */
  readUnit: 0.125e-6,
  writeUnit: 0.625e-6,
  /** KMS: 0.03 for 10,000 with a symmetric key, 0.15 with an asymmetric one. */
  kmsSymmetric: 0.03e-4,
  kmsAsymmetric: 0.15e-4,
  /** Secrets Manager: 0.05 for 10,000. */
  secretRead: 0.05e-4,
  /** EventBridge, custom events: 1.00 a million. */
  event: 1e-6,
  /** SQS: 0.40 a million. */
  queueRequest: 0.4e-6,
  /** EventBridge Scheduler: 1.00 a million. */
  schedule: 1e-6,
  /** CloudWatch Logs, taken in, a byte: 0.50 a GB. */
  logByte: 0.5e-9,
  /** To the internet, a byte: 0.09 a GB. */
  byteOut: 0.09e-9,
  /** A month of a KMS key, a secret, an alarm, a custom metric. */
  keyMonth: 1,
  secretMonth: 0.4,
  alarmMonth: 0.1,
  metricMonth: 0.3,
} as const

/** When the table was last compared with what AWS publishes. */
export const PRICES_OF = '2026-11'

export type Priced = keyof typeof PRICES

/** How much of each thing that has a price. */
export type Usage = Readonly<Partial<Record<Priced, number>>>

export function scale(usage: Usage, by: number): Usage {
  return Object.fromEntries(Object.entries(usage).map(([name, count]) => [name, count * by]))
}

export function sum(...usages: readonly Usage[]): Usage {
  const total: Partial<Record<Priced, number>> = {}
  for (const usage of usages) {
    for (const name of Object.keys(usage) as Priced[]) {
      total[name] = (total[name] ?? 0) + (usage[name] ?? 0)
    }
  }
  return total
}

/** In US dollars, the dearest first. */
export function drivers(usage: Usage): readonly (readonly [Priced, number])[] {
  return (Object.entries(usage) as [Priced, number][])
    .map(([name, count]) => [name, count * PRICES[name]] as const)
    .toSorted(([, one], [, other]) => other - one)
}

/** In US dollars. */
export function price(usage: Usage): number {
  return drivers(usage).reduce((total, [, dollars]) => total + dollars, 0)
}
