import { readdirSync, readFileSync } from 'node:fs'
import { join } from 'node:path'
import { HELP } from '#cli/help.ts'
import { commandsOf } from './read-guide.ts'

/** The commands of `cdk` that the guides use, with their options: a long test asks `cdk` for them. */
export const CDK: Readonly<Record<string, readonly string[]>> = {
  bootstrap: [],
  list: [],
  synth: ['--quiet'],
  diff: ['--context'],
  deploy: ['--outputs-file', '--context'],
}

/** What wants no account: other blocks run these. */
const HARMLESS = ['npm ci', 'openssl rand -base64 32']

const ROOT = new URL('../../../', import.meta.url)

/** The CDK's context that the stack reads. */
const CONTEXT = ['alarmTopicArn']

/**
 * What is wrong with commands that want an AWS account, as far as it shows without one: commands and
 * options that there are not, context that the stack does not read, files of npm's that are not there.
 */
export function problemsOfAwsCommands(block: string): readonly string[] {
  const commands = commandsOf(block).flatMap((line) => line.split(/ \| /))
  return commands.flatMap((command) => {
    const [program, name = '', ...words] = command.replace(/^npx /, '').split(/\s+/)
    if (program === 'cdk') return problemsOfCdk(command, name, words)
    if (program === 'sallyport') return problemsOfSallyport(command, [name, ...words])
    if (HARMLESS.includes(command)) return []
    return [`nobody knows how to check "${command}"`]
  })
}

function problemsOfCdk(command: string, name: string, words: readonly string[]) {
  const options = CDK[name]
  if (!options) return [`"${command}": the CDK's command "${name}" is not in the list`]
  return words.flatMap((word, at) => {
    if (word.startsWith('--') && !options.includes(word)) return [`"${command}": no option ${word}`]
    if (words[at - 1] !== '--context') return []
    const [key = ''] = word.split('=')
    return CONTEXT.includes(key) && isRead(key) ? [] : [`"${command}": no context ${key}`]
  })
}

/** Whether the code that is synthesized from names it. */
function isRead(context: string): boolean {
  const folder = new URL('lib', ROOT).pathname
  return readdirSync(folder, { recursive: true, encoding: 'utf8' })
    .filter((path) => path.endsWith('.ts'))
    .some((path) => readFileSync(join(folder, path), 'utf8').includes(`'${context}'`))
}

function problemsOfSallyport(command: string, words: readonly string[]) {
  const commands = [...HELP.matchAll(/^ {2}([a-z-]+(?: [a-z-]+)*)(?= )/gm)].map(([, one]) => one)
  const known = words.some((_, at) => commands.includes(words.slice(0, at + 1).join(' ')))
  const options = words.filter((word) => word.startsWith('--') && !HELP.includes(word))
  return [
    ...(known ? [] : [`"${command}": sallyport has no such command`]),
    ...options.map((option) => `"${command}": sallyport has no option ${option}`),
  ]
}
