import { randomBytes } from 'node:crypto'
import { join } from 'node:path'
import { type OperatedStack, setUpStack } from '#cli/operate-stack.ts'
import { OUTPUTS } from '#contract/outputs.ts'
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

export interface SurroundingsOptions {
  /** What the command line reads is written here. */
  readonly folder: string
  /** Where they listen; 0 is any free port. */
  readonly ports?: { readonly ehr: number; readonly app: number }
  /** Keeps what a session needs over a restart on the same ports; in memory when absent. */
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
  /** The stack was set up before, over the same state folder: its secrets and registry are left as they are. */
  readonly isSetUp?: boolean
}

/** Somebody on each side of a broker. */
export interface Surroundings {
  readonly ehr: SandboxEhr
  readonly app: DemoApp
  readonly brokerBase: string
  close(): Promise<void>
}

/**
 * Starts a sandbox EHR and a demo app on this machine beside a stack that can reach it, and sets the
 * stack up for them, as an operator does.
 */
export async function surroundStack(
  stack: OperatedStack,
  options: SurroundingsOptions,
): Promise<Surroundings> {
  const { ports = { ehr: 0, app: 0 }, stateFolder, authentication, scopes } = options
  const { accessTokenSeconds, vendor = 'smart', startApp = startDemoApp } = options
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
    if (options.isSetUp) return { ehr, app, brokerBase, close }
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
    return { ehr, app, brokerBase, close }
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
