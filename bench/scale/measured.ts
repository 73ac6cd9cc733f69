/** When and by what the figures below were taken; docs/performance.md has them with their benches. */
export const MEASURED_OF = '2026-11'

/** `npm run bench -- refresh`: of a whole core, a renewal's requests to DynamoDB and KMS included. */
export const RENEWAL_CPU_MS = 3.9

/** DynamoDB answers in single-digit milliseconds. */
export const TABLE_MS = 5

/** What an EHR takes for an answer, as `npm run cost` and the benches have it. */
export const UPSTREAM_MS = 150

/** An EHR that has a bad day. */
export const SLOW_UPSTREAM_MS = 2_000

/**
 * `npm run cost -- --json`: calls of a launch of the demo app, its app's token and the first reads
 * within it; of a read in a session; of a renewal. An update of a session's row pays for all of it.
 */
export const CALLS = {
  launch: { gbSeconds: 1.17, rsaSigns: 1, eccSigns: 1, events: 1, writeUnits: 11, readUnits: 4 },
  read: { seconds: 0.162, readUnits: 1, auditWrites: 1 },
  renewal: { rsaSigns: 1, writeUnits: 8, readUnits: 1 },
} as const

/** An update of a session's row, in write units, as `npm run cost` has its size. */
export const ROW_UNITS = 4

/** What a launch has of each: one request to each of its doors, and reads by its app. */
export const READS_OF_A_LAUNCH = 3
