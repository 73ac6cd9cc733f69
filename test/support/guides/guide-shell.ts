import { spawn } from 'node:child_process'
import { existsSync, readFileSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { setTimeout } from 'node:timers/promises'

/** What is asked for again, until a server has said that it is up. */
const POLL_MS = 100
const SERVER_TIMEOUT_MS = 300_000

/**
 * A reader's terminal: variables and the folder live on from block to block, and the first command that
 * fails ends it. Servers run in terminals of their own, in the folder where they are begun.
 *
 * @param folder where its files are, none of which a guide sees
 */
export function guideShell({
  folder,
  cwd,
  env,
  prelude,
}: {
  readonly folder: string
  readonly cwd: string
  readonly env: Readonly<Record<string, string | undefined>>
  /** What is typed before all else. */
  readonly prelude: string
}) {
  let [block, blocks] = ['', 0]
  const shell = spawn('bash', ['--noprofile', '--norc'], {
    cwd,
    env,
    stdio: ['pipe', 'ignore', 'ignore', 'pipe'],
  })
  const answers = shell.stdio[3] as NodeJS.ReadableStream
  const closed = new Promise<never>((_resolve, reject) =>
    shell.once('close', () =>
      reject(new Error(`A command failed:\n${printed(`${block}.sh`)}\n${printed(`${block}.out`)}`)),
    ),
  )
  closed.catch(() => {})
  const servers: { readonly group: number; readonly file: string; read: number }[] = []

  async function type(line: string): Promise<string> {
    const answer = new Promise<string>((resolve) =>
      answers.once('data', (chunk) => resolve(`${chunk}`)),
    )
    shell.stdin?.write(`${line}\n`)
    return Promise.race([answer, closed])
  }

  function saved(text: string): string {
    blocks += 1
    block = join(folder, `block-${blocks}`)
    writeFileSync(`${block}.sh`, `${text}\n`)
    return block
  }

  const last = () => {
    const server = servers.at(-1)
    if (!server) throw new Error('No server was begun')
    return server
  }
  const end = (group: number, signal: NodeJS.Signals) => {
    try {
      process.kill(-group, signal)
    } catch {
      // It has ended by itself.
    }
  }

  const started = type(`set -eo pipefail\n${prelude}\necho up >&3`)
  return {
    /** Runs a block; what it printed, on both streams. */
    async run(text: string): Promise<string> {
      await started
      const file = saved(text)
      await type(`. '${file}.sh' < /dev/null > '${file}.out' 2>&1; echo done >&3`)
      return printed(`${file}.out`)
    },
    /** Runs a command that goes on, until what it printed is so. */
    async serve(text: string, isUp: (said: string) => boolean): Promise<void> {
      await started
      const file = saved(text)
      const group = Number(
        await type(
          `set -m; (. '${file}.sh') < /dev/null > '${file}.out' 2>&1 & set +m; echo $! >&3`,
        ),
      )
      servers.push({ group, file: `${file}.out`, read: 0 })
      const deadline = Date.now() + SERVER_TIMEOUT_MS
      while (!isUp(printed(`${file}.out`))) {
        if (Date.now() > deadline) throw new Error(`Not up: ${text}\n${printed(`${file}.out`)}`)
        await setTimeout(POLL_MS)
      }
      last().read = readFileSync(`${file}.out`).length
    },
    /** What the last server has printed since it was up, or since it was asked for this. */
    said(): string {
      const server = last()
      const all = readFileSync(server.file)
      const since = all.subarray(server.read).toString()
      server.read = all.length
      return since
    },
    /** Ctrl-C in the terminal of the last server. */
    stop(): void {
      end(last().group, 'SIGINT')
      servers.pop()
    },
    cwd: async () => (await type('pwd >&3')).trim(),
    close(): void {
      for (const { group } of servers.splice(0)) end(group, 'SIGKILL')
      shell.kill('SIGKILL')
    },
  }
}

function printed(file: string): string {
  return existsSync(file) ? readFileSync(file, 'utf8') : ''
}
