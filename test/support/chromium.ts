import { existsSync } from 'node:fs'
import { delimiter, join } from 'node:path'

const NAMES = ['chromium', 'chromium-browser', 'google-chrome']

/** A Chromium on the PATH, or nothing: browser tests are skipped then, and say why. */
export function findChromium(): string | undefined {
  const folders = (process.env['PATH'] ?? '').split(delimiter)
  return folders
    .flatMap((folder) => NAMES.map((name) => join(folder, name)))
    .find((path) => existsSync(path))
}

/** Why a browser test did not run. */
export const NO_CHROMIUM = 'no Chromium on the PATH; on Debian: apt-get install chromium'

/**
 * `--no-sandbox`, as tests run as root in containers; the others keep it from calling out, which a
 * closed network would only refuse.
 */
export const CHROMIUM_ARGUMENTS = [
  '--no-sandbox',
  '--disable-gpu',
  '--disable-quic',
  '--no-first-run',
  '--disable-background-networking',
  '--disable-component-update',
  '--disable-sync',
]
