import { mkdtemp, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { pathToFileURL } from 'node:url'
import { build } from 'esbuild'
import { BUNDLING } from '../lib/constructs/bundling.ts'
import type { Bench } from './figure.ts'

const PROGRAMS = ['proxy-figures', 'proxy-peers', 'proxy-server']

/** {@link figures} of the code as it is deployed: bundled and minified, the bare proxies too. */
export const bench: Bench = async function* () {
  const outdir = await mkdtemp(join(tmpdir(), 'sallyport-bench-'))
  try {
    await build({
      ...BUNDLING,
      entryPoints: PROGRAMS.map((program) => join(import.meta.dirname, `${program}.ts`)),
      outdir,
      splitting: false,
      // The bare proxies take of `undici` what the door does without.
      external: [],
    })
    const figures = pathToFileURL(join(outdir, 'proxy-figures.mjs')).href
    yield* ((await import(figures)) as { readonly figures: Bench }).figures()
  } finally {
    await rm(outdir, { recursive: true })
  }
}
