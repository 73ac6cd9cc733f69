import { readFileSync } from 'node:fs'
import type { CommandResult } from '#cli/operate-stack.ts'
import type { LocalTables } from './local-tables.ts'

type Options = ReadonlyMap<string, string>

/** What AWS does at a command of the page, as far as it shows on this machine. */
const EFFECTS: Readonly<Record<string, (options: Options, tables: LocalTables) => unknown>> = {
  'dynamodb restore-table-to-point-in-time': (options, tables) =>
    tables.restore(options.get('source-table-name') ?? '', options.get('target-table-name') ?? ''),
  'dynamodb wait table-exists': (options, tables) => tables.rows(options.get('table-name') ?? ''),
  // Nothing looks at the copy any more; that it is there still shows nowhere.
  'dynamodb delete-table': (options, tables) => tables.rows(options.get('table-name') ?? ''),
  // What was sealed under the former material opens: KMS keeps it, and says nothing of it to anybody.
  'kms rotate-key-on-demand': (options) => {
    if (!options.get('key-id')?.startsWith('arn:aws:kms:')) throw new Error('no key')
  },
}

/** Operations that the AWS command line has beside those of the service. */
const WAITERS: Readonly<Record<string, readonly string[]>> = {
  'dynamodb wait table-exists': ['TableName'],
}

/**
 * Carries out a command of the AWS command line.
 *
 * @throws Error for one that is not modeled, and for an option that the operation does not have
 */
export async function awsCommand(
  words: readonly string[],
  tables: LocalTables,
): Promise<CommandResult> {
  const firstOption = words.findIndex((word) => word.startsWith('--'))
  const name = words.slice(0, firstOption).join(' ')
  const effect = EFFECTS[name]
  if (!effect) throw new Error(`nobody knows what aws ${name} does`)

  const options = new Map<string, string>()
  const given = words.slice(firstOption)
  for (let at = 0; at < given.length; at += 2) {
    options.set((given[at] ?? '').replace(/^--/, ''), given[at + 1] ?? '')
  }
  const members = WAITERS[name] ?? membersOf(name)
  for (const option of options.keys()) {
    if (!members.includes(pascal(option))) throw new Error(`aws ${name} has no --${option}`)
  }
  await effect(options, tables)
  return { exitCode: 0, lines: [`{ "${name}": "…" }`], errors: [] }
}

/** The members of an operation's input, as the SDK's own documentation of it lists them. */
function membersOf(name: string): readonly string[] {
  const [service = '', operation = ''] = name.split(' ')
  const file = `node_modules/@aws-sdk/client-${service}/dist-types/commands/${pascal(operation)}Command.d.ts`
  return [...readFileSync(file, 'utf8').matchAll(/^ \* {3}(\w+):/gm)].map(
    ([, member = '']) => member,
  )
}

const pascal = (words: string) =>
  words
    .split('-')
    .map((word) => word.slice(0, 1).toUpperCase() + word.slice(1))
    .join('')
