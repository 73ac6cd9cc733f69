import type { EpochSeconds } from '#core/time.ts'

/** ISO 8601, in UTC, to the second. */
export function isoTime(seconds: EpochSeconds): string {
  return `${new Date(seconds * 1000).toISOString().slice(0, -5)}Z`
}
