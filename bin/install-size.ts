import { lstatSync, readdirSync } from 'node:fs'
import { join } from 'node:path'

/**
 * What `npm ci` may put on the disk, in MB of 1,000,000 bytes. What is large and why is in
 * docs/performance.md.
 */
const MOST_MB = 600
const LARGEST = 8

const folder = process.argv[2] ?? 'node_modules'
const seen = new Set<number>()
const sizes = packagesIn(folder)
  .map((name) => ({ name, bytes: bytesOf(join(folder, name)) }))
  .sort((one, other) => other.bytes - one.bytes)
const total = sizes.reduce((sum, { bytes }) => sum + bytes, 0)

process.stdout.write(`installed: ${inMb(total)} MB of ${MOST_MB}\n`)
for (const { name, bytes } of sizes.slice(0, LARGEST)) {
  process.stdout.write(`  ${name}: ${inMb(bytes)} MB\n`)
}
if (total > MOST_MB * 1e6) {
  process.stderr.write(`npm ci installs ${inMb(total)} MB; its budget is ${MOST_MB} MB.\n`)
  process.exitCode = 1
}

/** Names with a dot are no packages: tools keep their caches there, once they have run. */
function packagesIn(modules: string): readonly string[] {
  return readdirSync(modules)
    .filter((name) => !name.startsWith('.'))
    .flatMap((name) =>
      name.startsWith('@') ? readdirSync(join(modules, name)).map((own) => `${name}/${own}`) : name,
    )
}

/** What is linked twice is there once. */
function bytesOf(path: string): number {
  const entry = lstatSync(path)
  if (entry.isDirectory()) {
    return readdirSync(path).reduce((sum, name) => sum + bytesOf(join(path, name)), 0)
  }
  if (entry.nlink > 1 && seen.has(entry.ino)) return 0
  seen.add(entry.ino)
  return entry.size
}

function inMb(bytes: number): number {
  return Math.ceil(bytes / 1e6)
}
