import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import type { TestProject } from 'vitest/node'
import { synthesizeBroker } from '../../lib/synthesize-broker.ts'
import { USED_GRANTS_VARIABLE } from '../support/run-variables.ts'

declare module 'vitest' {
  interface ProvidedContext {
    /** The folder of the cloud assembly that all flow tests run. */
    readonly assembly: string
  }
}

/** Synthesizes the stack once for all flow tests, as `npm start` does, where none is given. */
export function setup(project: TestProject) {
  const recorded = process.env[USED_GRANTS_VARIABLE]
  if (recorded !== undefined) rmSync(recorded, { recursive: true, force: true })

  // `npm run grants` has assemblies of its own.
  if ('assembly' in project.getProvidedContext()) return () => {}
  const outdir = mkdtempSync(join(tmpdir(), 'sallyport-assembly-'))
  project.provide('assembly', synthesizeBroker({ upstreams: 'loopback', outdir }).directory)
  return () => rmSync(outdir, { recursive: true, force: true })
}
