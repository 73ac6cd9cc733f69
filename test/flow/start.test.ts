import { type ChildProcess, spawn } from 'node:child_process'
import { mkdtempSync, rmSync } from 'node:fs'
import { createServer } from 'node:net'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { describe, expect, inject, it, onTestFinished } from 'vitest'
import { plainBrowser } from '../support/browser.ts'
import { launchInSandbox, rowsOf } from './launch-in-sandbox.ts'

const ROOT = fileURLToPath(new URL('../..', import.meta.url))
const LOCAL = ['--import', 'tsx', 'bin/local.ts']
const ABOVE_THE_FIRST = [0, 1, 10, 20]

/** Whether nobody listens on a port, of either family. */
function isFree(port: number): Promise<boolean> {
  return new Promise((resolve) => {
    const server = createServer()
    server.once('error', () => resolve(false))
    server.listen(port, () => server.close(() => resolve(true)))
  })
}

async function areFree(first: number): Promise<boolean> {
  const free = await Promise.all(ABOVE_THE_FIRST.map((above) => isFree(first + above)))
  return free.every(Boolean)
}

/** Below those that the system hands out, so that no other test gets one meanwhile. */
async function freePort(): Promise<number> {
  for (;;) {
    const first = 20_000 + Math.floor(Math.random() * 10_000)
    if (await areFree(first)) return first
  }
}

async function setup() {
  const folder = mkdtempSync(join(tmpdir(), 'sallyport-start-'))
  onTestFinished(() => rmSync(folder, { recursive: true, force: true }))
  const port = await freePort()

  /** `npm start`, until it says that it is up, or ends; and what it said. */
  async function start(...args: readonly string[]) {
    const child = spawn(
      process.execPath,
      [
        ...LOCAL,
        '--assembly',
        inject('assembly'),
        '--folder',
        folder,
        '--port',
        `${port}`,
        ...args,
      ],
      { cwd: ROOT, stdio: ['ignore', 'pipe', 'pipe'] },
    )
    onTestFinished(() => void child.kill('SIGKILL'))
    const said = await heard(child)
    return { child, said }
  }
  return { port, start }
}

/** All that it says until it is up, or ends. */
function heard({ stdout, stderr }: ChildProcess): Promise<string> {
  return new Promise((resolve) => {
    let text = ''
    const take = (chunk: Buffer) => {
      text += chunk
      if (text.includes('Ctrl-C ends everything')) resolve(text)
    }
    stdout?.on('data', take)
    stderr?.on('data', take)
    stderr?.once('close', () => resolve(text))
  })
}

function ended(child: ChildProcess): Promise<number | null> {
  if (child.exitCode !== null) return Promise.resolve(child.exitCode)
  return new Promise((resolve) => child.once('exit', resolve))
}

describe('npm start', () => {
  it('ends at Ctrl-C with all its ports given back, and keeps sessions until told to forget, then with another vendor’s EHR', async () => {
    const { port, start } = await setup()
    const ehr = `http://127.0.0.1:${port + 10}`
    const browser = plainBrowser()

    const { child: first, said } = await start()
    expect(said).toContain(`${ehr}/`)
    const page = await launchInSandbox(browser, ehr)
    expect(rowsOf(page)).toBeGreaterThan(11)

    first.kill('SIGINT')
    expect(await ended(first)).toBe(0)
    expect(await areFree(port)).toBe(true)

    const { child: second } = await start()
    expect(rowsOf(await browser.visit(page.url))).toBe(rowsOf(page))
    second.kill('SIGTERM')
    expect(await ended(second)).toBe(0)

    const { said: asEpic } = await start('--fresh', '--vendor', 'epic')
    expect(asEpic).toContain('in the guise of epic')
    expect((await browser.visit(page.url)).status).toBe(403)
    expect(rowsOf(await launchInSandbox(browser, ehr))).toBe(rowsOf(page))
  })

  it('says which ports it needs when one is taken', async () => {
    const { port, start } = await setup()
    const taken = createServer().listen(port + 20, '127.0.0.1')
    onTestFinished(() => void taken.close())

    const { child, said } = await start()

    expect(await ended(child)).toBe(1)
    expect(said).toContain(`A port is taken (${port}, ${port + 1}, ${port + 10}, ${port + 20}`)
  })

  it.each([
    [['--port', 'x'], '--port is a number'],
    [['--keep'], '--keep'],
    [['--vendor', 'nobody'], 'epic, oracle-health'],
    [['--vendor', 'constructor'], 'and not constructor'],
  ])('says how it is used when it is given %j', async (args, words) => {
    const { start } = await setup()

    const { child, said } = await start(...args)

    expect(await ended(child)).toBe(2)
    expect(said).toContain(words)
    expect(said).toContain('--fresh      forgets')
  })
})
