import { join } from 'node:path'
import { type LocalStack, type LocalStackOptions, startLocalStack } from '#local/local-stack.ts'
import { type Surroundings, type SurroundingsOptions, surroundStack } from './surround-stack.ts'

/** Where the parts listen; 0 is any free port. */
export interface SandboxPorts {
  readonly broker: number
  readonly aws: number
  readonly ehr: number
  readonly app: number
}

export interface SandboxOptions
  extends Omit<SurroundingsOptions, 'ports'>,
    Pick<LocalStackOptions, 'assembly' | 'onLog' | 'onJudged' | 'onAwsCall'> {
  readonly ports?: SandboxPorts
}

/** A broker to try, with somebody on each side of it. */
export interface Sandbox extends Surroundings {
  readonly stack: LocalStack
}

const ANY_PORTS: SandboxPorts = { broker: 0, aws: 0, ehr: 0, app: 0 }

/**
 * Starts the synthesized stack with a sandbox EHR and a demo app beside it, and sets it up.
 *
 * The broker is on `localhost`, the others on `127.0.0.1`: cookies do not know ports, and the EHR,
 * the broker and the app are different sites in real life too.
 */
export async function startSandbox({
  assembly,
  ports = ANY_PORTS,
  onLog,
  onJudged,
  onAwsCall,
  ...options
}: SandboxOptions): Promise<Sandbox> {
  const { stateFolder } = options
  const stack = await startLocalStack({
    assembly,
    port: ports.broker,
    awsPort: ports.aws,
    runSchedules: true,
    ...(stateFolder !== undefined && { stateFolder: join(stateFolder, 'aws') }),
    ...(onLog && { onLog }),
    ...(onJudged && { onJudged }),
    ...(onAwsCall && { onAwsCall }),
  })
  try {
    const surroundings = await surroundStack(stack, { ...options, ports })
    const close = async () => {
      await Promise.all([stack.close(), surroundings.close()])
    }
    return { ...surroundings, stack, close }
  } catch (error) {
    await stack.close()
    throw error
  }
}
