import { existsSync, readFileSync } from 'node:fs'
import { resolve } from 'node:path'
import * as z from 'zod/mini'
import { OUTPUTS } from '#contract/outputs.ts'
import type { CliOptions } from './cli-context.ts'
import { CliError } from './cli-error.ts'

const DEFAULT_FILES = ['cdk-outputs.json', '.sallyport/outputs.json']

const stackOutputs = z.object({
  [OUTPUTS.upstreams]: z.enum(['public', 'loopback']),
  [OUTPUTS.apiBase]: z.optional(z.string()),
  [OUTPUTS.redirectUri]: z.optional(z.string()),
  [OUTPUTS.assertionsKeys]: z.optional(z.string()),
  [OUTPUTS.jwksUrl]: z.optional(z.string()),
  [OUTPUTS.messagesJwksUrl]: z.optional(z.string()),
  [OUTPUTS.registryTableName]: z.string().check(z.minLength(1)),
  [OUTPUTS.clientSecretsPrefix]: z.string().check(z.endsWith('/')),
  [OUTPUTS.ssoSecretsPrefix]: z.string().check(z.endsWith('/')),
  [OUTPUTS.webhookSecretsPrefix]: z.optional(z.string().check(z.endsWith('/'))),
  [OUTPUTS.linkSecretsPrefix]: z.optional(z.string().check(z.endsWith('/'))),
  [OUTPUTS.storageKeyArn]: z.optional(z.string()),
  [OUTPUTS.logGroupNames]: z.optional(z.string()),
  [OUTPUTS.auditLogGroupName]: z.optional(z.string()),
  [OUTPUTS.sealingKeyArns]: z.optional(z.string()),
  [OUTPUTS.sessionsTableName]: z.optional(z.string()),
  [OUTPUTS.launchesTableName]: z.optional(z.string()),
  [OUTPUTS.eventBusName]: z.optional(z.string()),
})

const outputsFile = z.record(z.string(), z.record(z.string(), z.unknown()))

/** What the command line needs to know of a deployed stack. */
export type StackOutputs = z.output<typeof stackOutputs>

/**
 * The outputs of the stack that a command is about; `undefined` where none is named and no file
 * stands in its default place.
 *
 * @throws CliError when a file is there or named, and does not say
 */
export function findStackOutputs(cwd: string, options: CliOptions): StackOutputs | undefined {
  const path = options.outputs ?? DEFAULT_FILES.find((file) => existsSync(resolve(cwd, file)))
  if (path === undefined) return undefined

  const stacks = Object.entries(readStacks(resolve(cwd, path), path)).filter(
    ([, outputs]) => OUTPUTS.registryTableName in outputs,
  )
  const chosen = options.stack ? stacks.filter(([name]) => name === options.stack) : stacks
  const [[name, outputs] = [], ...others] = chosen
  if (!name) {
    throw new CliError(
      `${path}: there are no outputs of ${options.stack ? `a broker's stack "${options.stack}"` : 'a broker’s stack'}. Deploy with --outputs-file ${path}.`,
    )
  }
  if (others.length > 0) {
    const names = chosen.map(([stack]) => stack).join(', ')
    throw new CliError(`${path}: there are several stacks (${names}). Choose one with --stack.`)
  }

  const parsed = stackOutputs.safeParse(outputs)
  if (!parsed.success) {
    const missing = parsed.error.issues.map((issue) => String(issue.path[0])).join(', ')
    throw new CliError(
      `${path}: ${name}: missing or unusable: ${missing}. Deploy the stack again with --outputs-file ${path}.`,
    )
  }
  return parsed.data
}

/** As {@link findStackOutputs}, for a command that cannot do without. */
export function requireStackOutputs(cwd: string, options: CliOptions): StackOutputs {
  const outputs = findStackOutputs(cwd, options)
  if (outputs) return outputs
  throw new CliError(
    `There is no ${DEFAULT_FILES.join(' or ')} here. Deploy with "npx cdk deploy --outputs-file ${DEFAULT_FILES[0]}", or name the file with --outputs.`,
  )
}

/**
 * An output that a stack deployed earlier may not have.
 *
 * @throws CliError when it has not
 */
export function requireOutput(outputs: StackOutputs, name: keyof StackOutputs): string {
  const value = outputs[name]
  if (value !== undefined) return value
  throw new CliError(
    `The stack’s outputs have no ${name}. Deploy it again, and its outputs with it.`,
  )
}

function readStacks(file: string, path: string): z.output<typeof outputsFile> {
  let json: unknown
  try {
    json = JSON.parse(readFileSync(file, 'utf8'))
  } catch (error) {
    throw new CliError(
      error instanceof SyntaxError
        ? `${path}: not JSON. Deploy again with --outputs-file ${path}.`
        : `${path}: cannot be read. Name the file that "cdk deploy --outputs-file" wrote.`,
    )
  }
  const parsed = outputsFile.safeParse(json)
  if (parsed.success) return parsed.data
  throw new CliError(
    `${path}: not a file of stack outputs. Deploy again with --outputs-file ${path}.`,
  )
}
