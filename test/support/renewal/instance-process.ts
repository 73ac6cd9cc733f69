import { type ChildProcess, fork } from 'node:child_process'
import { fileURLToPath } from 'node:url'
import { onTestFinished } from 'vitest'
import type { SweepSummary } from '#core/refresher/sweep.ts'
import type { InstanceConfig, StopPoint } from './instance.ts'
import type { FromInstance, ToInstance } from './process-entry.ts'

const ENTRY = fileURLToPath(new URL('./process-entry.ts', import.meta.url))

/** An instance in a process of its own, with module state and clients of its own. */
export interface InstanceProcess {
  /** Asks for an access token so many times at once. */
  ask(session: string, callers: number): Promise<readonly string[]>
  /** Runs the scheduled refresher once, over all shards. */
  sweep(): Promise<SweepSummary>
  /** Asks once, and waits for no answer: it will be stopped on the way. */
  begin(session: string): void
  /** When it has come to the point where it stops. */
  readonly stopped: Promise<unknown>
  /** Stops it where it is, clocks and all but the world's, and lets it go on, as Lambda does. */
  freeze(): void
  thaw(): void
  /** SIGKILL, as a machine that loses its power. */
  kill(): Promise<void>
}

/** Starts an instance; it ends with the test. */
export async function startInstance(
  config: InstanceConfig,
  stopAt?: StopPoint,
): Promise<InstanceProcess> {
  const child = fork(ENTRY, { stdio: 'inherit', execArgv: [] })
  onTestFinished(() => end(child))
  const ready = said(child, 'ready')
  const stopped = said(child, 'stopped')
  stopped.catch(() => undefined)
  tell(child, { type: 'start', config, ...(stopAt && { stopAt }) })
  await ready

  return {
    async ask(session, callers) {
      const answered = said(child, 'answered')
      tell(child, { type: 'ask', session, callers })
      return (await answered).outcomes
    },
    async sweep() {
      const swept = said(child, 'swept')
      tell(child, { type: 'sweep' })
      return (await swept).summary
    },
    begin: (session) => tell(child, { type: 'ask', session, callers: 1 }),
    stopped,
    freeze: () => void child.kill('SIGSTOP'),
    thaw: () => void child.kill('SIGCONT'),
    kill: () => end(child),
  }
}

function tell(child: ChildProcess, message: ToInstance): void {
  child.send(message)
}

/** The next message of a type; rejects when the process ends before. */
function said<Type extends FromInstance['type']>(
  child: ChildProcess,
  type: Type,
): Promise<Extract<FromInstance, { type: Type }>> {
  return new Promise((resolve, reject) => {
    const ended = () => reject(new Error(`The instance ended before it was ${type}`))
    const heard = (message: FromInstance) => {
      if (message.type !== type) return
      child.off('message', heard).off('close', ended)
      resolve(message as Extract<FromInstance, { type: Type }>)
    }
    child.on('message', heard).once('close', ended)
  })
}

async function end(child: ChildProcess): Promise<void> {
  if (child.exitCode !== null || child.signalCode !== null) return
  const closed = new Promise((resolve) => child.once('close', resolve))
  child.kill('SIGKILL')
  await closed
}
