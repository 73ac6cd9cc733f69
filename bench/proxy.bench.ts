import { mkdtemp, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { pathToFileURL } from 'node:url'
import { build } from 'esbuild'
import type { Bench } from './figure.ts'

const PROGRAMS = ['proxy-figures', 'proxy-peers', 'proxy-server']

/** {@link figures} of the code as it is deployed: bundled and minified, the bare proxies too. */
export const bench: Bench = async function* () {
  const outdir = await mkdtemp(join(tmpdir(), 'sallyport-bench-'))
  try {
    await build({
      entryPoints: PROGRAMS.map((program) => join(import.meta.dirname, `${program}.ts`)),
      outdir,
      outExtension: { '.js': '.mjs' },
      bundle: true,
      minify: true,
      platform: 'node',
      format: 'esm',
      target: 'node24',
      mainFields: ['module', 'main'],
      logLevel: 'warning',
      banner: {
        js: "import { createRequire } from 'node:module'; const require = createRequire(import.meta.url);",
      },
    })
    const figures = pathToFileURL(join(outdir, 'proxy-figures.mjs')).href
    yield* ((await import(figures)) as { readonly figures: Bench }).figures()
  } finally {
    await rm(outdir, { recursive: true })
  }
}
