import { type ChildProcess, execFile, spawn } from 'node:child_process'
import { existsSync, mkdtempSync, readFileSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { delimiter, dirname, join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { promisify } from 'node:util'
import { freePort } from '../support/free-port.ts'

const ROOT = fileURLToPath(new URL('../..', import.meta.url))
/** Where `.ci/run` installs it. */
const PYTHON = join(ROOT, '.sallyport/ministack/bin/python')
const REQUIREMENTS = fileURLToPath(new URL('requirements.txt', import.meta.url))
/** Gives functions what Lambda's runtime has and the emulator's has not. */
const AWSLAMBDA = fileURLToPath(new URL('buffered-awslambda.ts', import.meta.url))

export const ACCOUNT = '123456789012'
export const REGION = 'us-east-1'

/** It takes seconds, more where the machine is busy. */
const START_ATTEMPTS = 240
const ATTEMPT_INTERVAL_MS = 250
/** It ends its functions first. */
const END_TIMEOUT_MS = 10_000

/** An AWS that others wrote, on a loopback port. */
export interface Emulator {
  readonly endpoint: string
  /** Whoever comes with this key is the account itself; functions have sessions of their roles. */
  readonly operator: { readonly accessKeyId: string; readonly secretAccessKey: string }
  /** What it and the functions in it said. */
  said(): string
  close(): Promise<void>
}

/** Why MiniStack cannot run here; `undefined` where it is installed in the version that is wanted. */
export async function whyNoEmulator(): Promise<string | undefined> {
  const wanted = readFileSync(REQUIREMENTS, 'utf8').trim().split('\n')
  if (!existsSync(PYTHON)) {
    return `MiniStack is not installed. Where there is Python 3.10 or later: python3 -m venv .sallyport/ministack && ${PYTHON.slice(ROOT.length)} -m pip install -r test/deploy/requirements.txt`
  }
  const { stdout } = await promisify(execFile)(PYTHON, ['-m', 'pip', 'freeze'])
  const missing = wanted.filter((line) => !stdout.split('\n').includes(line))
  if (missing.length === 0) return undefined
  return `.sallyport/ministack has not ${missing.join(', ')}: ${PYTHON.slice(ROOT.length)} -m pip install -r test/deploy/requirements.txt`
}

/** Starts MiniStack with IAM judged, nothing kept, and no way to it but this machine's. */
export async function startEmulator(): Promise<Emulator> {
  const port = await freePort()
  const folder = mkdtempSync(join(tmpdir(), 'sallyport-emulator-'))
  const operator = { accessKeyId: ACCOUNT, secretAccessKey: 'operator' }
  const output: string[] = []
  const child = spawn(PYTHON, ['-m', 'ministack.app'], {
    // Its own group, so that its functions end with it.
    detached: true,
    cwd: folder,
    env: {
      // The project's Node, which its functions run on.
      PATH: [dirname(process.execPath), process.env['PATH']].join(delimiter),
      HOME: folder,
      TMPDIR: folder,
      BIND_HOST: '127.0.0.1',
      GATEWAY_PORT: `${port}`,
      MINISTACK_ACCOUNT_ID: ACCOUNT,
      MINISTACK_REGION: REGION,
      AWS_SECRET_ACCESS_KEY: operator.secretAccessKey,
      AUTH: 'true',
      SFTP_ENABLED: '0',
      IOT_MTLS_ENABLED: '0',
      NODE_OPTIONS: `--disable-warning=ExperimentalWarning --import ${AWSLAMBDA}`,
    },
    stdio: ['ignore', 'pipe', 'pipe'],
  })
  for (const stream of [child.stdout, child.stderr]) {
    stream.setEncoding('utf8').on('data', (text: string) => output.push(text))
  }
  // Whoever started it may end before its time: a run that is interrupted, or one that failed.
  const abandon = () => signal(child, 'SIGKILL')
  process.once('exit', abandon)
  const close = async () => {
    process.off('exit', abandon)
    await end(child)
    rmSync(folder, { recursive: true, force: true })
  }
  const endpoint = `http://127.0.0.1:${port}`
  try {
    await answering(`${endpoint}/_ministack/health`, child)
  } catch (error) {
    await close()
    throw new Error(`MiniStack did not start: ${output.join('')}`, { cause: error })
  }
  return { endpoint, operator, said: () => output.join(''), close }
}

async function answering(url: string, child: ChildProcess): Promise<void> {
  for (let attempt = 1; ; attempt += 1) {
    try {
      const answer = await fetch(url)
      if (answer.ok) return
    } catch (error) {
      if (attempt === START_ATTEMPTS || child.exitCode !== null) throw error
    }
    await new Promise((resolve) => setTimeout(resolve, ATTEMPT_INTERVAL_MS))
  }
}

/** Asks it to end, then ends what is left of its group. */
async function end(child: ChildProcess): Promise<void> {
  const closed = new Promise((resolve) => child.once('close', resolve))
  signal(child, 'SIGTERM')
  const late = setTimeout(signal, END_TIMEOUT_MS, child, 'SIGKILL')
  if (child.exitCode === null && child.signalCode === null) await closed
  clearTimeout(late)
  signal(child, 'SIGKILL')
}

/** To it and its functions, as many as are left. */
function signal({ pid }: ChildProcess, name: NodeJS.Signals): void {
  try {
    if (pid !== undefined) process.kill(-pid, name)
  } catch {
    // None is left.
  }
}
