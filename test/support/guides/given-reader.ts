import {
  cpSync,
  mkdirSync,
  mkdtempSync,
  readFileSync,
  rmSync,
  symlinkSync,
  writeFileSync,
} from 'node:fs'
import { createServer } from 'node:net'
import { tmpdir } from 'node:os'
import { join, relative } from 'node:path'
import { fileURLToPath } from 'node:url'
import { inject } from 'vitest'
import { type PlainBrowser, plainBrowser } from '../browser.ts'
import { problemsOfAwsCommands } from './aws-commands.ts'
import { followDeed } from './follow-deed.ts'
import { guideShell } from './guide-shell.ts'
import { isAsShown, readGuide, type Step } from './read-guide.ts'

const ROOT = fileURLToPath(new URL('../../../', import.meta.url))

/** What a checkout has not, or what no guide touches. */
const LEFT_OUT = /^(?:\.git|\.sallyport|cdk\.out|node_modules|coverage|test|client\/dist)(?:\/|$)/

/** The ports of the guides, above the first. */
const PORTS = [0, 1, 10, 20, 30]

/**
 * Somebody who has a checkout and follows a guide to the letter: types its commands, saves its files, does
 * in the browser what it says, and compares all that it shows. Only the ports are others.
 */
export async function givenReader() {
  const first = await freePort()
  const folder = mkdtempSync(join(tmpdir(), 'sallyport-guide-'))
  const checkout = join(folder, 'sallyport')
  cpSync(ROOT, checkout, {
    recursive: true,
    filter: (path) => !LEFT_OUT.test(relative(ROOT, path)),
  })
  symlinkSync(join(ROOT, 'node_modules'), join(checkout, 'node_modules'))
  const hidden = join(folder, 'hidden')
  mkdirSync(hidden)

  const shell = guideShell({
    folder: hidden,
    cwd: checkout,
    env: readersEnv(),
    prelude: prelude(first),
  })
  const ported = (text: string) =>
    text.replaceAll(/\b40([0-3][01])\b/g, (_, port) => `${first + Number(port)}`)
  const browser: PlainBrowser = plainBrowser()
  let page = { text: '', url: '' }

  async function take(step: Step, shown: string | undefined): Promise<string | undefined> {
    const text = ported(step.text)
    switch (step.kind) {
      case 'run':
        return shell.run(text)
      case 'serve':
        await shell.serve(text, (said) => isAsShown(said, shown ?? '…'))
        return shown
      case 'aws':
        return problemsOfAwsCommands(text).join('\n')
      case 'file':
        writeFileSync(join(await shell.cwd(), step.name), `${text}\n`)
        return undefined
      case 'stop':
        shell.stop()
        return undefined
      case 'said':
        return shell.said()
      case 'shown':
        return wordsOf(page.text)
      case 'output':
        return undefined
      default:
        page = await followDeed(step, page, browser, `http://127.0.0.1:${first + 10}`)
        return undefined
    }
  }

  return {
    /**
     * The number of steps that a guide has.
     *
     * @throws Error that says where it is not true
     */
    async follow(name: string): Promise<number> {
      const steps = readGuide(readFileSync(join(ROOT, `docs/${name}.md`), 'utf8'))
      let printed = ''
      for (const [at, step] of steps.entries()) {
        const next = steps[at + 1]
        const shown = next?.kind === 'output' ? ported(next.text) : undefined
        const where = `docs/${name}.md:${step.line}`
        const got = await take(step, shown).catch((error) => {
          throw new Error(`${where}: ${error.message}`)
        })
        if (step.kind === 'aws' && got) throw new Error(`${where}: ${got}`)
        if (step.kind === 'run' || step.kind === 'serve') printed = got ?? ''
        const seen = step.kind === 'output' ? printed : got
        if (!['output', 'said', 'shown'].includes(step.kind)) continue
        if (!isAsShown(seen ?? '', ported(step.text))) {
          throw new Error(`${where}: it is otherwise:\n${seen}`)
        }
      }
      return steps.length
    },
    close(): void {
      shell.close()
      // What was killed may have a file open for a moment.
      rmSync(folder, { recursive: true, force: true, maxRetries: 10, retryDelay: 100 })
    },
  }
}

/** Nothing of the machine's own account on AWS, nor of the npm that runs the tests. */
const NOT_THE_READERS =
  /^(?:AWS_.*|VITEST.*|NODE_(?:ENV|OPTIONS)|INIT_CWD|npm_(?:package|lifecycle)_.*|npm_config_(?:local_)?prefix)$/

const QUIET = {
  npm_config_prefer_offline: 'true',
  npm_config_audit: 'false',
  npm_config_fund: 'false',
  npm_config_update_notifier: 'false',
}

function readersEnv(): Readonly<Record<string, string | undefined>> {
  const kept = Object.entries(process.env).filter(([name]) => !NOT_THE_READERS.test(name))
  return { ...Object.fromEntries(kept), ...QUIET }
}

/** `npm ci` is whoever runs the tests'; `npm start` takes ports that are free, and what is synthesized already. */
function prelude(first: number): string {
  return `npm() {
  case "$1" in
    ci) test -d node_modules/tsx ;;
    start) shift; test "$1" = -- && shift; command npm start -- --port ${first} --assembly '${inject('assembly')}' "$@" ;;
    *) command npm "$@" ;;
  esac
}`
}

/** What a page says, without its markup. */
function wordsOf(html: string): string {
  return html
    .replaceAll(/<(?:style|title)[\s\S]*?<\/(?:style|title)>/g, '')
    .replaceAll(/<[^>]*>/g, ' ')
}

/** Whether nobody listens on a port, of either family. */
function isFree(port: number): Promise<boolean> {
  return new Promise((resolve) => {
    const server = createServer()
    server.once('error', () => resolve(false))
    server.listen(port, () => server.close(() => resolve(true)))
  })
}

/** Below those that the system hands out, so that no other test gets one meanwhile. */
async function freePort(): Promise<number> {
  for (;;) {
    const first = 20_000 + Math.floor(Math.random() * 10_000)
    const free = await Promise.all(PORTS.map((above) => isFree(first + above)))
    if (free.every(Boolean)) return first
  }
}
