import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { inject } from 'vitest'
import { commandLine } from '#cli/operate-stack.ts'
import { type SandboxOptions, startSandbox } from '#sandbox/sandbox.ts'
import { recordUsedGrants } from '../support/record-used-grants.ts'

/** All that `npm start` starts, on free ports and in memory unless told otherwise. */
export async function givenSandbox(
  options: Partial<Omit<SandboxOptions, 'assembly' | 'folder'>> = {},
) {
  const folder = mkdtempSync(join(tmpdir(), 'sallyport-operator-'))
  const sandbox = await startSandbox({
    assembly: inject('assembly'),
    folder,
    onJudged: recordUsedGrants(),
    ...options,
  })
  return {
    ...sandbox,
    /** The operator's command line. */
    operate: commandLine(sandbox.stack, folder),
    close: async () => {
      await sandbox.close()
      rmSync(folder, { recursive: true, force: true })
    },
  }
}
