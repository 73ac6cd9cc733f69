import { spawn } from 'node:child_process'
import { createRequire } from 'node:module'
import { ACCOUNT, type Emulator, REGION } from './emulator.ts'

const CDK = createRequire(import.meta.url).resolve('aws-cdk/bin/cdk')

/** Long enough for a machine that does much else; the command itself takes seconds. */
const TIMEOUT_MS = 300_000

/**
 * The CDK's own command line against the emulator: what an operator types, and the addresses that
 * keep it on this machine.
 *
 * @returns its lines
 * @throws Error with all of them when it fails
 */
export function cdkAgainst(emulator: Emulator, folder: string) {
  const environment = {
    PATH: process.env['PATH'],
    HOME: folder,
    AWS_ENDPOINT_URL: emulator.endpoint,
    AWS_REGION: REGION,
    AWS_ACCESS_KEY_ID: emulator.operator.accessKeyId,
    AWS_SECRET_ACCESS_KEY: emulator.operator.secretAccessKey,
    AWS_EC2_METADATA_DISABLED: 'true',
    CDK_DISABLE_VERSION_CHECK: 'true',
    DISABLE_CLI_TELEMETRY: 'true',
    CI: 'true',
  }
  return async (...args: readonly string[]): Promise<readonly string[]> => {
    const output: string[] = []
    const child = spawn(process.execPath, [CDK, ...args, '--no-notices', '--no-color'], {
      cwd: folder,
      env: environment,
      stdio: ['ignore', 'pipe', 'pipe'],
      timeout: TIMEOUT_MS,
    })
    for (const stream of [child.stdout, child.stderr]) {
      stream.setEncoding('utf8').on('data', (text: string) => output.push(text))
    }
    const code = await new Promise((resolve, reject) => {
      child.once('error', reject).once('close', resolve)
    })
    const text = output.join('')
    if (code !== 0) throw new Error(`cdk ${args.join(' ')}: exit ${code}\n${text}`)
    return text.split('\n').filter((line) => line !== '')
  }
}

export const ENVIRONMENT = `aws://${ACCOUNT}/${REGION}`
