import { mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterAll, inject } from 'vitest'
import { synthesizeBroker } from '../../../lib/synthesize-broker.ts'
import { type GivenBrokerOptions, givenBroker, givenOutside } from '../../flow/given-broker.ts'
import { plainBrowser } from '../browser.ts'
import type { FakeEhrOptions } from '../fake-ehr.ts'
import { awsCommand } from './aws-command.ts'
import { localTables } from './local-tables.ts'
import { operatorTerminal } from './operator-terminal.ts'
import { openRunbook } from './read-runbook.ts'

/** One folder for all deployments of a file: what is bundled once is not bundled again. */
const assembly = mkdtempSync(join(tmpdir(), 'sallyport-site-assembly-'))
afterAll(() => rmSync(assembly, { recursive: true, force: true }))

type Broker = Awaited<ReturnType<typeof givenBroker>>

export interface SiteOptions extends Pick<GivenBrokerOptions, 'authentication' | 'webhook'> {
  readonly ehr?: FakeEhrOptions
  /** What stands in the page for a name that is known here only. */
  readonly named?: (broker: Broker) => Readonly<Record<string, string>>
}

/**
 * A deployment with an EHR, an app and people, and its operator's terminal: `npx sallyport` is the
 * command line, `npx cdk deploy` deploys the stack anew over the state that there is, and what is
 * AWS's own to do is modeled on the local runtime's tables.
 */
export async function givenSite({ named, ...options }: SiteOptions = {}) {
  const root = mkdtempSync(join(tmpdir(), 'sallyport-site-'))
  const outside = await givenOutside({ accessTokenSeconds: 600, revokes: true, ...options.ehr })
  let elapsed = 0

  const start = async (directory: string, former?: Broker): Promise<Broker> => {
    const made = await givenBroker({
      ...options,
      outside,
      ...(former && { folder: former.folder }),
      runtime: {
        assembly: directory,
        stateFolder: join(root, 'state'),
        // A deployment keeps its address.
        port: former ? Number(new URL(former.base).port) : 0,
      },
    })
    made.stack.time.advance(elapsed)
    const outputs = { [made.stack.stackName]: made.stack.outputs }
    const file = join(made.folder, 'cdk-outputs.json')
    writeFileSync(file, JSON.stringify(outputs, undefined, 2))
    return made
  }
  const first = await start(inject('assembly'))
  let broker = first

  async function deploy(words: readonly string[]) {
    const context = words.flatMap((word, at) => (words[at - 1] === '--context' ? [word] : []))
    const { directory } = synthesizeBroker({
      upstreams: 'loopback',
      outdir: assembly,
      context: Object.fromEntries(context.map((one) => one.split('=') as [string, string])),
    })
    // The folder is the first broker's, who is not closed before the last.
    if (broker !== first) await broker.close()
    else await broker.stack.close()
    broker = await start(directory, first)
    return { exitCode: 0 as const, lines: [' ✅  Sallyport'], errors: [] }
  }

  const tables = () => localTables(broker.stack)
  const terminal = await operatorTerminal(first.folder, {
    npx: async ([program, ...words], input) => {
      if (program === 'sallyport') return broker.operate(words, input)
      if (program === 'cdk' && words[0] === 'deploy') return deploy(words.slice(1))
      throw new Error(`nobody knows npx ${program} ${words[0]}`)
    },
    aws: (words) => awsCommand(words, tables()),
  })
  return {
    ...outside,
    folder: first.folder,
    broker: () => broker,
    tables,
    /** A runbook, in which some names are others. */
    open: (title: string, names: Readonly<Record<string, string>> = {}) =>
      openRunbook(title, terminal.run, { ...named?.(first), ...names }),
    advance(seconds: number): void {
      elapsed += seconds
      broker.stack.time.advance(seconds)
    },
    /** Somebody launches; the SessionID. */
    launch: async (): Promise<string> => {
      const { message } = await broker.signOn(plainBrowser())
      return message.body.Meta.SessionID
    },
    /** What the app is answered when it reads in a session. */
    read: async (session: string): Promise<number> =>
      (await broker.fhir('/Patient/pat-1', { session })).status,
    /** The refresh tokens that were presented to the EHR, in their order. */
    presented: () =>
      outside.ehr.tokenRequests.flatMap(({ body }) =>
        body.get('grant_type') === 'refresh_token' ? [body.get('refresh_token') ?? ''] : [],
      ),
    revoked: () => outside.ehr.revocations.map(({ body }) => body.get('token') ?? ''),
    async close(): Promise<void> {
      await terminal.close()
      if (broker !== first) await broker.close()
      else await first.stack.close()
      await outside.close()
      rmSync(first.folder, { recursive: true, force: true })
      rmSync(root, { recursive: true, force: true })
    },
  }
}
