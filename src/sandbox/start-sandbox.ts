import { randomBytes } from 'node:crypto'
import { join } from 'node:path'
import { setUpStack } from '#cli/operate-stack.ts'
import { OUTPUTS } from '#contract/outputs.ts'
import { type LocalStack, type LocalStackOptions, startLocalStack } from '#local/local-stack.ts'
import { stateFile } from '#local/state-file.ts'
import { type DemoApp, type DemoAppOptions, startDemoApp } from './demo-app/start-demo-app.ts'
import { type SandboxEhr, startSandboxEhr } from './ehr/start-sandbox-ehr.ts'
import {
  type AuthenticationMethod,
  HEARTLINE,
  pickerUrl,
  sandboxApps,
  sandboxClients,
  sandboxRegistry,
} from './registry.ts'

/** Where the parts listen; 0 is any free port. */
export interface SandboxPorts {
  readonly broker: number
  readonly aws: number
  readonly ehr: number
  readonly app: number
}

export interface SandboxOptions
  extends Pick<LocalStackOptions, 'assembly' | 'onLog' | 'onJudged' | 'onAwsCall'> {
  /** What the command line reads is written here. */
  readonly folder: string
  readonly ports?: SandboxPorts
  /** Keeps all that a session needs over a restart on the same ports; in memory when absent. */
  readonly stateFolder?: string
  /** How the connection's client proves itself to the EHR. */
  readonly authentication?: AuthenticationMethod
  /** Whose ways the EHR takes on: a name of its guises. */
  readonly vendor?: string
  /** What the connection asks for, in place of what its vendor's usually does. */
  readonly scopes?: readonly string[]
  /** Starts an app in the demo app's place. */
  readonly startApp?: (options: DemoAppOptions) => Promise<DemoApp>
  /** How long the EHR's access tokens live; a minute by default. */
  readonly accessTokenSeconds?: number
}

/** A broker to try, with somebody on each side of it. */
export interface Sandbox {
  readonly stack: LocalStack
  readonly ehr: SandboxEhr
  readonly app: DemoApp
  readonly brokerBase: string
  close(): Promise<void>
}

const ANY_PORTS: SandboxPorts = { broker: 0, aws: 0, ehr: 0, app: 0 }

/**
 * Starts the synthesized stack with a sandbox EHR and a demo app beside it, and sets it up.
 *
 * The broker is on `localhost`, the others on `127.0.0.1`: cookies do not know ports, and the EHR,
 * the broker and the app are different sites in real life too.
 */
export async function startSandbox(options: SandboxOptions): Promise<Sandbox> {
  const { ports = ANY_PORTS, stateFolder, authentication, scopes, accessTokenSeconds } = options
  const { vendor = 'smart', startApp = startDemoApp } = options
  const file = (name: string) => (stateFolder === undefined ? undefined : join(stateFolder, name))
  const started: { close(): Promise<void> }[] = []
  const close = async () => {
    await Promise.all(started.splice(0).map((one) => one.close()))
  }
  const keep = <One extends { close(): Promise<void> }>(one: One): One => {
    started.push(one)
    return one
  }

  try {
    const stack = keep(
      await startLocalStack({
        assembly: options.assembly,
        port: ports.broker,
        awsPort: ports.aws,
        runSchedules: true,
        ...(stateFolder !== undefined && { stateFolder: join(stateFolder, 'aws') }),
        ...(options.onLog && { onLog: options.onLog }),
        ...(options.onJudged && { onJudged: options.onJudged }),
        ...(options.onAwsCall && { onAwsCall: options.onAwsCall }),
      }),
    )
    const brokerBase = stack.outputs[OUTPUTS.apiBase] ?? ''
    const { ssoSecret, clientSecret } = secrets(file('secrets.json'))
    const ehr = keep(
      await startSandboxEhr({
        port: ports.ehr,
        clients: sandboxClients({ brokerBase, clientSecret }),
        apps: sandboxApps(brokerBase),
        vendor,
        ...(accessTokenSeconds !== undefined && { accessTokenSeconds }),
        ...(stateFolder !== undefined && { stateFolder: join(stateFolder, 'ehr') }),
      }),
    )
    const app = keep(
      await startApp({
        port: ports.app,
        name: HEARTLINE.name,
        brokerBase,
        ssoSecret,
        destinationId: HEARTLINE.destinationId,
        clientId: HEARTLINE.apiClientId,
        pickerUrl: pickerUrl(brokerBase),
        visits: stateFile(file('visits.json')),
      }),
    )
    await setUpStack(stack, options.folder, {
      registry: sandboxRegistry({
        ehr,
        vendor,
        appOrigin: app.origin,
        ...(authentication && { authentication }),
        ...(scopes && { scopes }),
      }),
      ssoSecrets: { [HEARTLINE.ssoSecretRef]: ssoSecret },
      clientSecrets: { [HEARTLINE.clientSecretRef]: clientSecret },
    })
    return { stack, ehr, app, brokerBase, close }
  } catch (error) {
    await close()
    throw error
  }
}

/** Made at the first start. Functions hold a secret for minutes, and a kept one stays good. */
function secrets(file: string | undefined) {
  const kept = stateFile<string>(file)
  const secret = (name: string): string => {
    const value = kept.get(name) ?? randomBytes(32).toString('base64url')
    kept.set(name, value)
    return value
  }
  return { ssoSecret: secret('sso'), clientSecret: secret('client') }
}
