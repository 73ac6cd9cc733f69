import { randomBytes } from 'node:crypto'
import { rmSync } from 'node:fs'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { setUpStack } from '#cli/operate-stack.ts'
import { OUTPUTS } from '#contract/outputs.ts'
import { startLocalStack } from '#local/local-stack.ts'
import {
  HEARTLINE,
  sandboxApps,
  sandboxClients,
  sandboxRegistry,
  startDemoApp,
  startSandboxEhr,
} from '#sandbox/sandbox.ts'
import { synthesizeBroker } from '../lib/synthesize-broker.ts'

/** Git-ignored: the assembly, and what the command line reads. */
const FOLDER = fileURLToPath(new URL('../.sallyport', import.meta.url))

const PORTS = { broker: 4000, aws: 4001, ehr: 4010, app: 4020 } as const

/**
 * `npm start`: the synthesized stack with a sandbox EHR and a demo app beside it.
 *
 * The broker is on `localhost`, the others on `127.0.0.1`: cookies do not know ports, and the EHR,
 * the broker and the app are different sites in real life too.
 */
async function start(): Promise<void> {
  say('Synthesizing the stack …')
  const outdir = join(FOLDER, 'cdk.out')
  rmSync(outdir, { recursive: true, force: true })
  const assembly = synthesizeBroker({ upstreams: 'loopback', outdir })

  say('Starting what was synthesized …')
  const stack = await startLocalStack({
    assembly: assembly.directory,
    port: PORTS.broker,
    awsPort: PORTS.aws,
    runSchedules: true,
    onLog: ({ source, text }) => say(`${source}: ${text}`),
  })
  const brokerBase = stack.outputs[OUTPUTS.apiBase] ?? ''

  say('Starting the sandbox EHR and the demo app …')
  const secret = () => randomBytes(32).toString('base64url')
  const [ssoSecret, clientSecret] = [secret(), secret()]
  const [ehr, app] = await Promise.all([
    startSandboxEhr({
      port: PORTS.ehr,
      clients: sandboxClients({ brokerBase, clientSecret }),
      apps: sandboxApps(brokerBase),
    }),
    startDemoApp({
      port: PORTS.app,
      name: HEARTLINE.name,
      brokerBase,
      ssoSecret,
      destinationId: HEARTLINE.destinationId,
      clientId: HEARTLINE.apiClientId,
    }),
  ])

  say('Applying the registry …')
  await setUpStack(stack, FOLDER, {
    registry: sandboxRegistry({ fhirBaseUrl: ehr.fhirBaseUrl, appOrigin: app.origin }),
    ssoSecrets: { [HEARTLINE.ssoSecretRef]: ssoSecret },
    clientSecrets: { [HEARTLINE.clientSecretRef]: clientSecret },
  })

  say(`
  Sandbox EHR   ${ehr.origin}/          launch the app from here
  Broker        ${brokerBase}
  Demo app      ${app.origin}/

  Use Chromium or Firefox: they keep Secure cookies on plain-http loopback.
  To operate this stack with npx sallyport:
    export AWS_ENDPOINT_URL=${stack.aws.endpoint} AWS_REGION=${stack.aws.region}
    export AWS_ACCESS_KEY_ID=${stack.operator.accessKeyId} AWS_SECRET_ACCESS_KEY=${stack.operator.secretAccessKey}

  Ctrl-C ends everything.
`)

  const end = async () => {
    await Promise.allSettled([stack.close(), ehr.close(), app.close()])
    process.exit(0)
  }
  process.once('SIGINT', () => void end())
  process.once('SIGTERM', () => void end())
}

function say(line: string): void {
  process.stdout.write(`${line}\n`)
}

start().catch((error: unknown) => {
  const taken = error instanceof Error && 'code' in error && error.code === 'EADDRINUSE'
  process.stderr.write(
    taken
      ? `A port is taken (${Object.values(PORTS).join(', ')} are needed). Is another npm start running?\n`
      : `${error instanceof Error ? error.stack : String(error)}\n`,
  )
  process.exit(1)
})
