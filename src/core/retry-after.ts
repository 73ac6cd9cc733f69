import type { EpochSeconds } from './time.ts'

/** Seconds that a `Retry-After` asks for, in either of its forms (RFC 9110 §10.2.3). */
export function secondsOfRetryAfter(value: string | null, now: EpochSeconds): number | undefined {
  if (value === null) return undefined
  if (/^\d{1,9}$/.test(value.trim())) return Number(value)
  const at = Date.parse(value)
  return Number.isNaN(at) ? undefined : Math.max(0, Math.ceil(at / 1000) - now)
}
