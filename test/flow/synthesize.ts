import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import type { TestProject } from 'vitest/node'
import { synthesizeBroker } from '../../lib/synthesize-broker.ts'

declare module 'vitest' {
  interface ProvidedContext {
    /** The folder of the cloud assembly that all flow tests run. */
    readonly assembly: string
  }
}

/** Synthesizes the stack once for all flow tests, as `npm start` does. */
export function setup(project: TestProject) {
  const outdir = mkdtempSync(join(tmpdir(), 'sallyport-assembly-'))
  project.provide('assembly', synthesizeBroker({ upstreams: 'loopback', outdir }).directory)
  return () => rmSync(outdir, { recursive: true, force: true })
}
