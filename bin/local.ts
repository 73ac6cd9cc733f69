import { rmSync, writeFileSync } from 'node:fs'
import { join, relative, resolve } from 'node:path'
import { fileURLToPath } from 'node:url'
import { parseArgs } from 'node:util'
import type { OperatedStack } from '#cli/operate-stack.ts'
import { GUISES, type SandboxPorts, startSandbox } from '#sandbox/sandbox.ts'

const USAGE = `npm start -- [--vendor <name>] [--fresh] [--port <first>] [--folder <path>] [--assembly <path>]

  --vendor     whose ways the EHR takes on, of docs/vendors.md (smart)
  --fresh      forgets what earlier starts have kept: sessions, keys, secrets, the registry
  --port       the broker's; AWS, the EHR and the app listen at 1, 10 and 20 above it (4000)
  --folder     where the assembly, the state and what the command line reads are kept (.sallyport)
  --assembly   runs what was synthesized there for loopback upstreams, and synthesizes nothing`

/** Git-ignored. */
const FOLDER = fileURLToPath(new URL('../.sallyport', import.meta.url))

interface LocalOptions {
  readonly vendor: string
  readonly fresh: boolean
  readonly ports: SandboxPorts
  readonly folder: string
  readonly assembly?: string
}

/** `npm start`: the synthesized stack with a sandbox EHR and a demo app beside it. */
async function start(options: LocalOptions): Promise<void> {
  const { vendor, fresh, ports, folder } = options
  const assembly = options.assembly ?? (await synthesize(join(folder, 'cdk.out')))
  const stateFolder = join(folder, 'state')
  if (fresh) rmSync(stateFolder, { recursive: true, force: true })

  say('Starting what was synthesized, a sandbox EHR and a demo app …')
  const { stack, ehr, app, brokerBase, close } = await startSandbox({
    assembly,
    folder,
    vendor,
    ports,
    stateFolder,
    onLog: ({ source, text }) => say(`${source}: ${text}`),
  })

  const operator = join(folder, 'operator.env')
  writeFileSync(operator, exportsOf(stack), { mode: 0o600 })

  say(`
  Sandbox EHR   ${ehr.origin}/          launch the app from here (in the guise of ${vendor})
  Broker        ${brokerBase}
  Demo app      ${app.origin}/

  Use Chromium or Firefox: they keep Secure cookies on plain-http loopback.
  To operate this stack with npx sallyport, in another terminal first:
    . ${relative('', operator)}

  Sessions live on when you start again; npm start -- --fresh forgets them.
  Ctrl-C ends everything.
`)

  const end = async () => {
    await close().catch(() => {})
    process.exit(0)
  }
  process.once('SIGINT', () => void end())
  process.once('SIGTERM', () => void end())
}

/** What makes a shell an operator's of this stack, and of no account on AWS. */
function exportsOf({ aws, operator }: OperatedStack): string {
  return `export AWS_ENDPOINT_URL=${aws.endpoint} AWS_REGION=${aws.region}
export AWS_ACCESS_KEY_ID=${operator.accessKeyId} AWS_SECRET_ACCESS_KEY=${operator.secretAccessKey}
unset AWS_PROFILE AWS_SESSION_TOKEN
`
}

async function synthesize(outdir: string): Promise<string> {
  say('Synthesizing the stack …')
  rmSync(outdir, { recursive: true, force: true })
  // Loaded here, as the CDK takes seconds to load.
  const { synthesizeBroker } = await import('../lib/synthesize-broker.ts')
  return synthesizeBroker({ upstreams: 'loopback', outdir }).directory
}

/** @throws Error that says what is wrong with an argument */
function readArguments(): LocalOptions {
  const { values } = parseArgs({
    options: {
      vendor: { type: 'string', default: 'smart' },
      fresh: { type: 'boolean', default: false },
      port: { type: 'string', default: '4000' },
      folder: { type: 'string', default: FOLDER },
      assembly: { type: 'string' },
    },
  })
  const broker = Number(values.port)
  if (!Number.isInteger(broker) || broker < 1 || broker + 20 > 65_535) {
    throw new Error(`--port is a number from 1 to 65515, and not ${values.port}`)
  }
  if (!Object.hasOwn(GUISES, values.vendor)) {
    const names = Object.keys(GUISES).join(', ')
    throw new Error(`--vendor is one of ${names}, and not ${values.vendor}`)
  }
  return {
    vendor: values.vendor,
    fresh: values.fresh,
    ports: { broker, aws: broker + 1, ehr: broker + 10, app: broker + 20 },
    folder: resolve(values.folder),
    ...(values.assembly !== undefined && { assembly: resolve(values.assembly) }),
  }
}

function say(line: string): void {
  process.stdout.write(`${line}\n`)
}

function fail(text: string | undefined, exitCode: 1 | 2): never {
  process.stderr.write(`${text}\n`)
  process.exit(exitCode)
}

let options: LocalOptions
try {
  options = readArguments()
} catch (error) {
  fail(`${error instanceof Error ? error.message : error}\n\n${USAGE}`, 2)
}
await start(options).catch((error: unknown) => {
  if (!(error instanceof Error)) fail(String(error), 1)
  if ('code' in error && error.code === 'EADDRINUSE') {
    const ports = Object.values(options.ports).join(', ')
    fail(`A port is taken (${ports} are needed). Is another npm start running?`, 1)
  }
  fail(error.stack, 1)
})
