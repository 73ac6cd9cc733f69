import { spawnSync } from 'node:child_process'
import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'

const NEEDS = 'import sys, venv, ensurepip; sys.exit(sys.version_info < (3, 10))'

/** Why the Python recipe cannot be tried here; `undefined` where it can. */
export function noPython(): string | undefined {
  if (!isGood(['-c', NEEDS])) return 'There is no Python 3.10 or later with venv and pip here.'

  const folder = mkdtempSync(join(tmpdir(), 'sallyport-pip-'))
  const download = ['-m', 'pip', 'download', '--quiet', '--no-deps', '--dest', folder, 'requests']
  const isReached = isGood(download)
  rmSync(folder, { recursive: true, force: true })
  return isReached ? undefined : 'pip reaches no package index from here.'
}

const isGood = (args: readonly string[]) =>
  spawnSync('python3', args, { stdio: 'ignore' }).status === 0
