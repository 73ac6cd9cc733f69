import { build, type Metafile } from 'esbuild'
import { describe, expect, it } from 'vitest'
import { BUNDLING } from '../../lib/constructs/bundling.ts'

/** What reads a batch, and clients that a request wants whose tokens are renewed. */
const WANTED_SELDOM =
  /node_modules\/(zod|@aws-sdk\/client-eventbridge|@aws-sdk\/client-secrets-manager)\//

/** The sources in a piece of a bundle, and in what it imports statically. */
function sourcesFrom(
  piece: string,
  outputs: Metafile['outputs'],
  seen = new Set<string>(),
): readonly string[] {
  const output = outputs[piece]
  if (!output || seen.has(piece)) return []
  seen.add(piece)
  const imported = output.imports.filter(({ kind }) => kind === 'import-statement')
  return [
    ...Object.keys(output.inputs),
    ...imported.flatMap(({ path }) => sourcesFrom(path, outputs, seen)),
  ]
}

function seldomIn(sources: readonly string[]): readonly string[] {
  return [...new Set(sources.flatMap((source) => WANTED_SELDOM.exec(source)?.[1] ?? []))].sort()
}

describe('the bundle of a function', () => {
  it('holds what few requests want, and does not load it before', async () => {
    const { metafile } = await build({
      ...BUNDLING,
      entryPoints: [{ in: 'lambdas/fhir/index.ts', out: 'index' }],
      outdir: '.',
      write: false,
      metafile: true,
    })
    const { outputs } = metafile
    const atLoad = sourcesFrom('index.mjs', outputs)
    const inAll = Object.values(outputs).flatMap(({ inputs }) => Object.keys(inputs))

    expect(atLoad).toContain('lambdas/fhir/handler.ts')
    expect(seldomIn(atLoad)).toEqual([])
    expect(seldomIn(inAll)).toEqual([
      '@aws-sdk/client-eventbridge',
      '@aws-sdk/client-secrets-manager',
      'zod',
    ])
  })
})
