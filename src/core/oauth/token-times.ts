import type { EpochSeconds } from '#core/time.ts'

/** No access token is taken to live longer: whatever says so counts in another unit, or is wrong. */
const LONGEST_TOKEN_SECONDS = 31 * 24 * 3_600

export interface TokenTimes {
  readonly expiresAt: EpochSeconds
  readonly refreshExpiresAt?: EpochSeconds
  /** The end of the person's consent, which no refresh outlives. */
  readonly consentExpiresAt?: EpochSeconds
  readonly warnings: readonly string[]
}

/**
 * When tokens end. A life comes as a number, with or without a fraction, or as text; under another
 * name; as a moment; or not at all, and then it is the vendor's usual one. Zero and less say nothing.
 */
export function tokenTimes(
  members: Readonly<Record<string, unknown>>,
  receivedAt: EpochSeconds,
  defaultTokenSeconds: number,
): TokenTimes {
  const life = seconds(members['expires_in']) ?? seconds(members['expires'])
  const stated =
    life ??
    until(moment(members['expires_on']), receivedAt) ??
    until(moment(members['expires_at']), receivedAt)
  const tokenSeconds = Math.min(stated ?? defaultTokenSeconds, LONGEST_TOKEN_SECONDS)
  const refresh = seconds(members['refresh_expires_in'])
  const consent = moment(members['access_grant_expiration'])
  return {
    expiresAt: receivedAt + tokenSeconds,
    ...(refresh !== undefined && { refreshExpiresAt: receivedAt + refresh }),
    ...(consent !== undefined && { consentExpiresAt: consent }),
    warnings: [
      ...(stated === undefined ? ['expires_in_unstated'] : []),
      ...(stated !== undefined && stated > LONGEST_TOKEN_SECONDS ? ['expires_in_too_long'] : []),
    ],
  }
}

/** Whole seconds above zero, of a number or of text that is one. */
function seconds(value: unknown): number | undefined {
  const number =
    typeof value === 'number'
      ? value
      : typeof value === 'string' && /^\s*\d+(\.\d+)?\s*$/.test(value)
        ? Number(value)
        : Number.NaN
  return Number.isFinite(number) && number >= 1 ? Math.floor(number) : undefined
}

/** Epoch seconds, or a date as text, its parts joined by a space or a `T`: the engine reads both. */
function moment(value: unknown): EpochSeconds | undefined {
  const epoch = seconds(value)
  if (epoch !== undefined) return epoch
  if (typeof value !== 'string') return undefined
  const at = Date.parse(value.trim())
  return Number.isNaN(at) ? undefined : Math.floor(at / 1_000)
}

function until(at: EpochSeconds | undefined, receivedAt: EpochSeconds): number | undefined {
  return at !== undefined && at > receivedAt ? at - receivedAt : undefined
}
