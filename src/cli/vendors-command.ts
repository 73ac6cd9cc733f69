import { VENDORS } from '#core/vendors/index.ts'
import { VENDOR_NOTES } from '#core/vendors/notes/index.ts'
import type { CliContext, CliOptions, ExitCode } from './cli-context.ts'
import { CliError } from './cli-error.ts'

/** `sallyport vendors [id]`: the profiles, and what each asks for at registration. */
export async function vendorsCommand(
  id: string | undefined,
  { json }: CliOptions,
  { write }: CliContext,
): Promise<ExitCode> {
  const chosen = VENDORS.filter((vendor) => id === undefined || vendor.id === id)
  if (chosen.length === 0) {
    throw new CliError(`There is no vendor "${id}". See them all: sallyport vendors`, 2)
  }
  const told = chosen.map(({ id: vendor, label, kind, departures }) => ({
    vendor,
    label,
    kind,
    departures,
    registration: VENDOR_NOTES[vendor].registration,
  }))
  if (json) {
    write(JSON.stringify(told, undefined, 2))
    return 0
  }
  for (const { vendor, label, registration } of told) {
    write(`${vendor}  ${label}`)
    for (const line of registration) write(`    ${line}`)
    if (registration.length === 0) write('    Nothing is known of its registration.')
  }
  return 0
}
