import { execFileSync } from 'node:child_process'
import { mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join, resolve } from 'node:path'
import { exportJWK, generateKeyPair } from 'jose'
import { commandLine } from '#cli/operate-stack.ts'
import { brokerClient, type FhirBundle } from '#client/index.ts'
import type { AwsCall } from '#local/aws-endpoint.ts'
import { type LocalStack, startLocalStack } from '#local/local-stack.ts'
import { type Surroundings, surroundStack } from '#sandbox/surround-stack.ts'
import { synthesizeBroker } from '../../lib/synthesize-broker.ts'
import { callbackFrom, takeToApp, ticketAfter } from '../flow/launch-in-sandbox.ts'
import { type KeptCookies, type PlainBrowser, plainBrowser } from '../support/browser.ts'
import { type LeftBehind, PORTS, SANDBOX, TURN_PORT } from './left-behind.ts'
import { takePorts } from './take-ports.ts'

const CLIENT_ID = 'heartline-batch'

/**
 * `npm run state`, or `npm run state -- <archive>`: leaves the state of this release for the test of
 * the next one. A sandbox is launched in, stopped in the middle of things, and packed.
 */
async function makeState(archive: string): Promise<void> {
  const root = join(import.meta.dirname, '../..')
  const work = mkdtempSync(join(tmpdir(), 'sallyport-made-'))
  const packed = join(work, 'packed')
  const stateFolder = join(packed, 'state')
  mkdirSync(packed)
  const giveBack = await takePorts(TURN_PORT)
  try {
    const { directory } = synthesizeBroker({
      upstreams: 'loopback',
      outdir: join(work, 'assembly'),
    })
    const stack = await startLocalStack({
      assembly: directory,
      port: PORTS.broker,
      stateFolder: join(stateFolder, 'aws'),
      onAwsCall: loseRenewedTokens,
    })
    const surroundings = await surroundStack(stack, {
      folder: work,
      stateFolder,
      ports: PORTS,
      ...SANDBOX,
    })
    const left = await leaveBehind(stack, surroundings, { folder: work, stateFolder })
    await Promise.all([stack.close(), surroundings.close()])
    // Nothing goes on with what was logged, and it is the largest.
    rmSync(join(stateFolder, 'aws', 'logs.jsonl'), { force: true })

    const { version } = JSON.parse(readFileSync(join(root, 'package.json'), 'utf8'))
    const commit = execFileSync('git', ['rev-parse', '--short', 'HEAD'], { cwd: root })
    const made: LeftBehind = { version, commit: `${commit}`.trim(), ...left }
    writeFileSync(join(packed, 'left-behind.json'), `${JSON.stringify(made, undefined, 2)}\n`)
    execFileSync('tar', ['-czf', archive, '-C', packed, 'left-behind.json', 'state'])
    process.stdout.write(`${archive}: ${version} (${made.commit})\n`)
  } finally {
    await giveBack()
    rmSync(work, { recursive: true, force: true })
  }
}

/** A renewal can put its tokens on the second path only; what begins a session is another call. */
function loseRenewedTokens({ action, input }: AwsCall, moment: 'before' | 'after'): void {
  const renews = action === 'UpdateItem' && JSON.stringify(input).includes('sealedTokens')
  if (renews && moment === 'before') throw new Error('lost')
}

async function leaveBehind(
  stack: LocalStack,
  { ehr, brokerBase }: Surroundings,
  { folder, stateFolder }: { readonly folder: string; readonly stateFolder: string },
): Promise<Omit<LeftBehind, 'version' | 'commit'>> {
  const key = await registerClient(stack, folder)
  const assertions: string[] = []
  const client = brokerClient({
    base: brokerBase,
    clientId: CLIENT_ID,
    key,
    fetch: (input, init) => {
      if (init?.body instanceof URLSearchParams) {
        assertions.push(init.body.get('client_assertion') ?? '')
      }
      return fetch(input, init)
    },
  })

  const signOn = async (patient: string) => {
    const browser = plainBrowser()
    const callback = await callbackFrom(browser, ehr.origin, { patient })
    const ticket = await ticketAfter(browser, callback)
    const { status, url } = await takeToApp(browser, ticket)
    if (status !== 200) throw new Error(`The app's page answered ${status}`)
    const session = sessionOf(url, stateFolder)
    return { cookies: cookiesOf(browser), page: url, session, callback, ticket }
  }

  const rescued = await signOn('rosa-delgado')
  stack.time.advance(SANDBOX.accessTokenSeconds + 1)
  await client.session(rescued.session).json('Observation?_count=5')

  const reading = await signOn('rosa-delgado')
  const bundle = await client.session(reading.session).json<FhirBundle>('Observation?_count=5')
  const nextPage = bundle.link?.find(({ relation }) => relation === 'next')?.url ?? ''
  const arrived = await signOn('rosa-delgado')
  const signedOff = await signOn('rosa-delgado')
  await client.session(signedOff.session).end()
  const handing = plainBrowser()
  const ticket = await ticketAfter(handing, await callbackFrom(handing, ehr.origin))
  const coming = plainBrowser()
  const callback = await callbackFrom(coming, ehr.origin)

  return {
    at: Date.now(),
    app: {
      clientId: CLIENT_ID,
      key,
      accessToken: await client.token.get(),
      usedAssertion: assertions[0] ?? '',
    },
    rescued: signedOnOf(rescued),
    reading: { ...signedOnOf(reading), nextPage },
    arrived: { ...signedOnOf(arrived), callback: arrived.callback, ticket: arrived.ticket },
    signedOff: signedOnOf(signedOff),
    handedOver: { cookies: cookiesOf(handing), ticket },
    comingBack: { cookies: cookiesOf(coming), callback },
  }
}

/** A client whose key outlives the demo app, which makes one at each start. */
async function registerClient(stack: LocalStack, folder: string) {
  const { publicKey, privateKey } = await generateKeyPair('ES384', { extractable: true })
  const common = { kid: 'upgrade', alg: 'ES384', use: 'sig' }
  const file = join(folder, 'registry.json')
  const registry = JSON.parse(readFileSync(file, 'utf8'))
  registry.apps[0].clients.push({
    clientId: CLIENT_ID,
    jwks: { keys: [{ ...(await exportJWK(publicKey)), ...common }] },
  })
  writeFileSync(file, JSON.stringify(registry))
  const { exitCode, errors } = await commandLine(stack, folder)(['registry', 'apply', file])
  if (exitCode !== 0) throw new Error(errors.join('\n'))
  return { ...(await exportJWK(privateKey)), ...common }
}

/** What the demo app keeps of the sign-on whose page this is. */
function sessionOf(page: string, stateFolder: string) {
  const visits = new Map<string, { readonly signOn: SignOn }>(
    JSON.parse(readFileSync(join(stateFolder, 'visits.json'), 'utf8')),
  )
  const signOn = visits.get(new URL(page).pathname.replace('/s/', ''))?.signOn
  if (!signOn) throw new Error(`The demo app does not know ${page}`)
  return { SessionID: signOn.sessionId, SessionBaseURL: signOn.sessionBaseUrl }
}

interface SignOn {
  readonly sessionId: string
  readonly sessionBaseUrl: string
}

function signedOnOf({ cookies, page, session }: LeftBehind['signedOff']): LeftBehind['signedOff'] {
  return { cookies, page, session }
}

function cookiesOf(browser: PlainBrowser): KeptCookies {
  return Object.fromEntries(
    ['localhost', '127.0.0.1'].map((host) => [host, Object.fromEntries(browser.cookies(host))]),
  )
}

await makeState(resolve(process.argv[2] ?? join(import.meta.dirname, 'state.tgz')))
