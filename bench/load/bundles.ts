import { mkdirSync, readdirSync, statSync } from 'node:fs'
import { join } from 'node:path'
import { App, Stack } from 'aws-cdk-lib'
import { Function as LambdaFunction, Runtime } from 'aws-cdk-lib/aws-lambda'
import { functionEnvironment } from '#local/lambda/function-environment.ts'
import { readCloudAssembly } from '#local/template/cloud-assembly.ts'
import { resolveStack } from '#local/template/resolve-stack.ts'
import { bundledCode } from '../../lib/constructs/bundled-code.ts'
import { synthesizeBroker } from '../../lib/synthesize-broker.ts'

/** A function as it is deployed. */
export interface Bundle {
  /** Its construct's id. */
  readonly name: string
  readonly file: string
  readonly environment: Readonly<Record<string, string>>
  /** In kB of 1000 bytes. */
  readonly size: number
}

/**
 * Every function of the stack, and a bare one, minified as they are, but in one file and with the
 * whole of its SDK as whoever writes one gets it of the CDK, in folders under `outdir`.
 */
export function synthesizeBundles(outdir: string) {
  const broker = join(outdir, 'broker')
  mkdirSync(broker)
  synthesizeBroker({ upstreams: 'public', outdir: broker })

  const app = new App({ outdir: join(outdir, 'bare'), analyticsReporting: false })
  new LambdaFunction(new Stack(app, 'Bench'), 'Bare', {
    code: bundledCode(join(import.meta.dirname, 'bare'), { splitting: false, external: [] }),
    handler: 'index.handler',
    environment: { TABLE_NAME: 'sessions' },
    runtime: Runtime.NODEJS_24_X,
  })
  const [bare] = functionsOf(app.synth().directory)
  if (!bare) throw new Error('The bare function is not there')
  return { bare, functions: functionsOf(broker) }
}

/** The functions of an assembly, with the variables that its template gives them. */
function functionsOf(directory: string): readonly Bundle[] {
  const assembly = readCloudAssembly(directory)
  const { region, all } = resolveStack(assembly)
  return all('AWS::Lambda::Function').map(({ logicalId, ref, properties }) => {
    const folder = assembly.asset(properties.Code.S3Key)
    return {
      name: logicalId.replace(/[0-9A-F]{8}$/, ''),
      file: join(folder, 'index.mjs'),
      environment: functionEnvironment({
        name: ref,
        handler: properties.Handler,
        taskRoot: folder,
        memoryMb: properties.MemorySize,
        logGroup: '/aws/lambda/bench',
        variables: properties.Environment.Variables,
        region,
        endpoint: 'http://127.0.0.1:9',
        credentials: { accessKeyId: 'bench', secretAccessKey: 'bench' },
      }),
      size: sizeOf(folder),
    }
  })
}

function sizeOf(folder: string): number {
  const bytes = readdirSync(folder)
    .map((name) => statSync(join(folder, name)).size)
    .reduce((sum, size) => sum + size, 0)
  return bytes / 1000
}
