import { CliError } from './cli-error.ts'

const UNITS: Readonly<Record<string, number>> = { m: 60_000, h: 3_600_000, d: 86_400_000 }

/**
 * The milliseconds of a length as `30m`, `12h` or `7d`.
 *
 * @throws CliError for anything else
 */
export function sinceMilliseconds(since: string): number {
  const [, count = '', unit = ''] = /^([1-9]\d{0,3})([mhd])$/.exec(since) ?? []
  const length = UNITS[unit]
  if (length === undefined) throw new CliError('--since is a length as 30m, 12h or 7d.', 2)
  return Number(count) * length
}
