import { execFileSync } from 'node:child_process'
import { mkdtempSync, readFileSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { inject } from 'vitest'
import { commandLine, writeOutputs } from '#cli/operate-stack.ts'
import { type BrokerClient, brokerClient } from '#client/index.ts'
import { startLocalStack } from '#local/local-stack.ts'
import { surroundStack } from '#sandbox/surround-stack.ts'
import { STATE_VARIABLE } from '../support/run-variables.ts'
import { type LeftBehind, PORTS, SANDBOX, TURN_PORT } from './left-behind.ts'
import { takePorts } from './take-ports.ts'

const PACKED = join(import.meta.dirname, 'state.tgz')

/**
 * Starts this release on the state that another left, at the time when it was left. The EHR and the
 * app are started beside it; nobody has applied a registry or set a secret since.
 */
export async function givenUpgrade() {
  const giveBack = await takePorts(TURN_PORT)
  const folder = mkdtempSync(join(tmpdir(), 'sallyport-upgrade-'))
  const packed = process.env[STATE_VARIABLE] ?? PACKED
  execFileSync('tar', ['-xzf', packed, '-C', folder])
  const left: LeftBehind = JSON.parse(readFileSync(join(folder, 'left-behind.json'), 'utf8'))
  const stateFolder = join(folder, 'state')
  const lines: string[] = []

  const stack = await startLocalStack({
    assembly: inject('assembly'),
    port: PORTS.broker,
    stateFolder: join(stateFolder, 'aws'),
    onLog: ({ text }) => lines.push(text),
  })
  const goTo = (seconds: number) => stack.time.advance(left.at / 1000 + seconds - Date.now() / 1000)
  // Before anything reads the clock: rows and grants are long over by ours.
  goTo(0)
  const surround = (isSetUp: boolean) =>
    surroundStack(stack, { folder, ports: PORTS, stateFolder, ...SANDBOX, isSetUp })
  let surroundings = await surround(true)
  writeOutputs(stack, folder)

  const client: BrokerClient = brokerClient({
    base: surroundings.brokerBase,
    clientId: left.app.clientId,
    key: left.app.key,
  })
  return {
    left,
    stack,
    client,
    ehr: surroundings.ehr,
    operate: commandLine(stack, folder),
    /** Moves the clock so many seconds past the time at which the state was left. */
    goTo,
    /** The log's lines of an event, as they were written so far. */
    logged: (event: string): readonly Readonly<Record<string, unknown>>[] =>
      lines.filter((line) => line.includes(`"message":"${event}"`)).map((line) => JSON.parse(line)),
    /** Sets secrets and registry by this release's commands, as its operator does. */
    async setUp() {
      await surroundings.close()
      surroundings = await surround(false)
    },
    async close() {
      await surroundings.close()
      await stack.close()
      await giveBack()
      rmSync(folder, { recursive: true, force: true })
    },
  }
}
