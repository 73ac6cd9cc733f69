#!/usr/bin/env node
// Runs the command line under the project's own Node, so that `npx sallyport` works where the
// machine's Node is older. Plain JavaScript, because that older Node reads this file.
import { spawnSync } from 'node:child_process'
import { existsSync } from 'node:fs'
import { createRequire } from 'node:module'
import { dirname, join } from 'node:path'
import { fileURLToPath } from 'node:url'

const NEEDED_MAJOR = 24

const root = fileURLToPath(new URL('..', import.meta.url))
const node = findNode()
if (!node) {
  process.stderr.write(
    `sallyport: needs Node ${NEEDED_MAJOR}, and this is ${process.version}. Run "npm ci" in ${root}, which brings it.\n`,
  )
  process.exit(1)
}

const { status, signal, error } = spawnSync(
  node,
  [
    '--import',
    import.meta.resolve('tsx'),
    fileURLToPath(new URL('../src/cli/main.ts', import.meta.url)),
    ...process.argv.slice(2),
  ],
  {
    stdio: 'inherit',
    // tsx would else look for one where it is called from.
    env: { ...process.env, TSX_TSCONFIG_PATH: join(root, 'tsconfig.json') },
  },
)
if (error) process.stderr.write(`sallyport: ${node} cannot be run: ${error.message}\n`)
if (signal) process.kill(process.pid, signal)
process.exitCode = status ?? 1

/** The Node that `npm ci` installed, else this one if it is new enough. */
function findNode() {
  try {
    const folder = dirname(createRequire(import.meta.url).resolve('node/package.json'))
    const installed = join(folder, 'bin', process.platform === 'win32' ? 'node.exe' : 'node')
    if (existsSync(installed)) return installed
  } catch {
    // Not installed: `npm ci --omit=dev` leaves it out.
  }
  return Number.parseInt(process.versions.node, 10) >= NEEDED_MAJOR ? process.execPath : undefined
}
