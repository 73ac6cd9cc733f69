import { execFile } from 'node:child_process'
import { mkdtemp, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { promisify } from 'node:util'
import { build } from 'esbuild'
import { describe, expect, it } from 'vitest'
import { BUNDLING } from '../../lib/constructs/bundling/bundling.ts'

/** What the program prints, bundled with these packages replaced. */
async function outcomesWith(alias: Readonly<Record<string, string>>): Promise<string> {
  const folder = await mkdtemp(join(tmpdir(), 'bundling-'))
  try {
    const outfile = join(folder, 'index.mjs')
    await build({
      entryPoints: [join(import.meta.dirname, '../support/seal-and-tamper.ts')],
      outfile,
      bundle: true,
      minify: true,
      platform: 'node',
      format: 'esm',
      target: 'node24',
      mainFields: ['module', 'main'],
      banner: { js: BUNDLING.banner ?? '' },
      alias,
      logLevel: 'warning',
    })
    return (await promisify(execFile)(process.execPath, [outfile])).stdout
  } finally {
    await rm(folder, { recursive: true })
  }
}

describe('a bundle', () => {
  it('seals, opens and refuses with what stands in for packages as with these themselves', async () => {
    const standIns = Object.entries(BUNDLING.esbuildArgs ?? {}).map(([flag, file]) => [
      flag.replace('--alias:', ''),
      String(file),
    ])
    expect(standIns).toHaveLength(3)

    const outcomes = await outcomesWith(Object.fromEntries(standIns))

    expect(outcomes).toBe(await outcomesWith({}))
    expect(JSON.parse(outcomes)).toMatchObject({ 'opened 11': 1, 'opened 300000': 1 })
    expect(Object.keys(JSON.parse(outcomes)).length).toBeGreaterThan(10)
  })
})
