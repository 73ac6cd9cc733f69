import { readFileSync } from 'node:fs'

/** The release that this command line is of, as `package.json` has it. */
export function ownVersion(): string {
  return JSON.parse(readFileSync(new URL('../../package.json', import.meta.url), 'utf8')).version
}
