import { cpSync, mkdtempSync, readFileSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import type { OperatedStack } from '#cli/operate-stack.ts'
import { STACK_NAME as stackName } from '../../lib/broker-app.ts'
import { cdkAgainst, ENVIRONMENT } from './cdk.ts'
import { REGION, startEmulator } from './emulator.ts'
import { type Assembly, rewriteAssembly } from './rewrite-assembly.ts'
import { workRoundHoles } from './work-rounds.ts'

const APP = ['--app', 'cdk.out'] as const
const BY_ITSELF = ['--require-approval', 'never', '--outputs-file', 'outputs.json'] as const

/**
 * An emulated account, bootstrapped, and a copy of what was synthesized to deploy to it.
 *
 * @param assembly a folder that `cdk synth` wrote
 */
export async function startRehearsal(assembly: string) {
  const folder = mkdtempSync(join(tmpdir(), 'sallyport-deploy-'))
  const directory = join(folder, 'cdk.out')
  cpSync(assembly, directory, { recursive: true })
  const emulator = await startEmulator()
  const cdk = cdkAgainst(emulator, folder)
  const rewrite = (change: (assembly: Assembly) => Assembly) =>
    rewriteAssembly(directory, stackName, change)
  const close = async () => {
    await emulator.close()
    rmSync(folder, { recursive: true, force: true })
  }
  try {
    await cdk('bootstrap', ENVIRONMENT, ...APP)
  } catch (error) {
    await close()
    throw error
  }

  return {
    folder,
    emulator,
    stackName,
    /** Why the CDK cannot deploy what was synthesized, which is asked before anything else. */
    deployUnchanged: () =>
      cdk('deploy', ...APP, ...BY_ITSELF).then(
        () => 'deployed',
        (error: unknown) => `${error}`,
      ),
    workRoundHoles: () => rewrite((assembly) => workRoundHoles(assembly, emulator.endpoint)),
    rewrite,
    /** Its log; what it says of the stack is in {@link stack}. */
    deploy: () => cdk('deploy', ...APP, ...BY_ITSELF),
    destroy: () => cdk('destroy', ...APP, '--force'),
    stack(): OperatedStack {
      const written = JSON.parse(readFileSync(join(folder, 'outputs.json'), 'utf8'))
      return {
        stackName,
        outputs: written[stackName],
        aws: { endpoint: emulator.endpoint, region: REGION },
        operator: emulator.operator,
      }
    },
    close,
  }
}

export type Rehearsal = Awaited<ReturnType<typeof startRehearsal>>
