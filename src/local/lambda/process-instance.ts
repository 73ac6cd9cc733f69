import { fork } from 'node:child_process'
import { fileURLToPath } from 'node:url'
import type { SharedTime } from '#local/shared-time.ts'
import type { Instance, InstanceFailure, InstanceOptions } from './instance.ts'
import type { FromInstance, InstanceStart } from './messages.ts'

/** What the process's entry is given, as JSON. */
export interface ProcessArguments {
  readonly start: InstanceStart
  /** The descriptor, in the process, of the file that holds the shared time. */
  readonly timeFd: number
}

/** From a process beside what any instance says: it ends by an error that nobody caught. */
export interface UncaughtMessage {
  readonly type: 'uncaught'
  readonly error: Error
}

const ENTRY = fileURLToPath(new URL('./process-entry.ts', import.meta.url))
/** After standard input, output and error, and the channel. */
const TIME_FD = 4

const running = new Set<() => void>()
let isWatched = false

/** Whoever ends this process ends those that it started: one that is frozen would stay for good. */
function leaveNoneBehind(): void {
  if (isWatched) return
  isWatched = true
  process.once('exit', () => {
    for (const kill of running) kill()
  })
}

/**
 * Runs an instance as a process of its own, which can be killed as a machine that loses its power:
 * no handler, no `finally` and no open connection of it comes to an end in order.
 */
export function processInstance(
  { start, env, heapMb }: InstanceOptions,
  time: SharedTime,
): Instance {
  const given: ProcessArguments = { start, timeFd: TIME_FD }
  const child = fork(ENTRY, [JSON.stringify(given)], {
    env: { ...env },
    // Nothing of how this process was started, such as loaders, is the function's.
    execArgv: [`--max-old-space-size=${heapMb}`],
    stdio: ['ignore', 'pipe', 'pipe', 'ipc', time.file()],
    serialization: 'advanced',
  })
  const { stdout, stderr, pid } = child
  if (!stdout || !stderr) throw new Error('A process has its output piped')

  const killNow = () => child.kill('SIGKILL')
  leaveNoneBehind()
  running.add(killNow)

  let failure: InstanceFailure | undefined
  const uncaught = (error: Error) => {
    failure ??= { error, outOfMemory: false }
  }
  child.on('error', uncaught)
  child.on('message', (message: FromInstance | UncaughtMessage) => {
    if (message.type === 'uncaught') uncaught(message.error)
  })
  // Not `exit`: what it sent before its end may still be on the way.
  const closed = new Promise<string>((resolve) => {
    child.once('close', (code, signal) => {
      running.delete(killNow)
      resolve(signal === null ? `exit status ${code}` : `signal: ${signal}`)
    })
  })

  return {
    stdout,
    stderr,
    ...(pid !== undefined && { pid }),
    // To one that is being killed nothing can be said any more.
    send: (message) => child.send(message, () => {}),
    freeze: () => void child.kill('SIGSTOP'),
    thaw: () => void child.kill('SIGCONT'),
    onMessage: (listener) =>
      child.on('message', (message: FromInstance | UncaughtMessage) => {
        if (message.type !== 'uncaught') listener(message)
      }),
    onExit: (listener) => void closed.then((status) => listener(status, failure)),
    async kill() {
      killNow()
      await closed
    },
  }
}
