import { parseArgs } from 'node:util'
import { auditCommand, isAuditedBy } from './audit/audit-command.ts'
import type { CliContext, CliOptions, ExitCode } from './cli-context.ts'
import { CliError } from './cli-error.ts'
import { connectCommand } from './connect/connect-command.ts'
import { doctorCommand } from './doctor/doctor-command.ts'
import { HELP } from './help.ts'
import {
  applyRegistryCommand,
  checkRegistryCommand,
  diffRegistryCommand,
  registrySchemaCommand,
  showRegistryCommand,
} from './registry-commands.ts'
import { retireSecretCommand } from './retire-secret.ts'
import { importMetadataCommand } from './saml/import-command.ts'
import { setSecretCommand } from './secret-command.ts'
import { isSecretKind } from './secret-finder.ts'
import { sessionsCommand } from './sessions/sessions-command.ts'
import { smokeCommand } from './smoke/smoke-command.ts'
import { statusCommand } from './status/status-command.ts'
import { resealCommand } from './vault/reseal-command.ts'
import { vendorsCommand } from './vendors-command.ts'
import { ownVersion } from './version.ts'
import { whyCommand } from './why/why-command.ts'

/** Does what the arguments say; answers the process's exit status and never throws. */
export async function runCli(args: readonly string[], context: CliContext): Promise<ExitCode> {
  try {
    const { words, options, help, version } = parse(args)
    if (version) {
      context.write(`sallyport ${ownVersion()}`)
      return 0
    }
    if (help) {
      context.write(HELP)
      return 0
    }
    return await command(words, options, context)
  } catch (error) {
    if (error instanceof CliError) {
      context.writeError(`sallyport: ${error.message}`)
      return error.exitCode
    }
    context.writeError(`sallyport: ${unforeseen(error)}`)
    return 1
  }
}

function command(
  words: readonly string[],
  options: CliOptions,
  context: CliContext,
): Promise<ExitCode> {
  const [noun, verb, first, second, ...rest] = words
  if (noun === 'why' && verb !== undefined && first === undefined) {
    return whyCommand(verb, options, context)
  }
  if (noun === 'connect' && verb !== undefined && first === undefined) {
    return connectCommand(verb, options, context)
  }
  if (noun === 'doctor' && verb !== undefined && first === undefined) {
    return doctorCommand(verb, options, context)
  }
  if (noun === 'smoke' && verb === undefined) return smokeCommand(options, context)
  if (noun === 'status' && first === undefined) return statusCommand(verb, options, context)
  if (noun === 'vendors' && first === undefined) return vendorsCommand(verb, options, context)
  if (noun === 'registry' && verb === 'schema' && first === undefined) {
    return registrySchemaCommand(context)
  }
  if (noun === 'registry' && verb === 'show' && first === undefined) {
    return showRegistryCommand(options, context)
  }
  if (noun === 'registry' && first !== undefined && second === undefined) {
    if (verb === 'check') return checkRegistryCommand(first, options, context)
    if (verb === 'diff') return diffRegistryCommand(first, options, context)
    if (verb === 'apply') return applyRegistryCommand(first, options, context)
  }
  if (noun === 'saml' && verb === 'import' && first !== undefined && second === undefined) {
    return importMetadataCommand(first, options, context)
  }
  if (noun === 'vault' && verb === 'reseal' && first === undefined) {
    return resealCommand(options, context)
  }
  if (noun === 'sessions') {
    const done = sessionsCommand(words.slice(1), options, context)
    if (done !== undefined) return done
  }
  if (noun === 'audit' && isAuditedBy(verb) && first !== undefined && second === undefined) {
    return auditCommand(verb, first, options, context)
  }
  if (noun === 'secret' && isSecretKind(first) && second !== undefined && rest.length === 0) {
    if (verb === 'set') return setSecretCommand(first, second, options, context)
    if (verb === 'retire') return retireSecretCommand(first, second, options, context)
  }
  throw new CliError('No such command. See: sallyport help', 2)
}

const OPTIONS = {
  outputs: { type: 'string' },
  stack: { type: 'string' },
  json: { type: 'boolean' },
  since: { type: 'string' },
  connection: { type: 'string' },
  state: { type: 'string' },
  'every-connection': { type: 'boolean' },
  file: { type: 'string' },
  app: { type: 'string' },
  'sso-url': { type: 'string' },
  organization: { type: 'string' },
  environment: { type: 'string' },
  vendor: { type: 'string' },
  'client-id': { type: 'string' },
  scopes: { type: 'string' },
  'ehr-url': { type: 'string' },
  'ehr-port': { type: 'string' },
  without: { type: 'string' },
  version: { type: 'boolean' },
  help: { type: 'boolean', short: 'h' },
} as const

/**
 * The id that a command is about after `--`, where it could be read as an option: ids are base64url,
 * in which one of 64 begins with a hyphen.
 */
function idLast(args: readonly string[]): string[] {
  const [noun, verb] = args
  const isOfSession =
    (noun === 'sessions' && (verb === 'show' || verb === 'end')) ||
    (noun === 'audit' && verb === 'session')
  const place = noun === 'why' ? 1 : 2
  const id = noun === 'why' || isOfSession ? (args[place] ?? '') : ''
  if (!/^-[\w-]{7,}$/.test(id) || Object.hasOwn(OPTIONS, id.slice(2))) return [...args]
  return [...args.filter((_, index) => index !== place), '--', id]
}

function parse(args: readonly string[]) {
  try {
    const { values, positionals } = parseArgs({
      args: idLast(args),
      allowPositionals: true,
      options: OPTIONS,
    })
    const { help, version, ...options } = values
    const asked = help === true || positionals.length === 0 || positionals[0] === 'help'
    return { words: positionals, options, help: asked, version: version === true }
  } catch (error) {
    throw new CliError(`${error instanceof Error ? error.message : ''} See: sallyport help`, 2)
  }
}

/** Of AWS mostly: its own words, and what helps with the two that everyone meets. */
function unforeseen(error: unknown): string {
  if (!(error instanceof Error)) return 'something unforeseen went wrong.'
  const said = `${error.name}: ${error.message}`
  if (error.name === 'CredentialsProviderError') {
    return `${said} Sign in to AWS, or name a profile with AWS_PROFILE.`
  }
  if (error.message === 'Region is missing') return `${said}. Name one with AWS_REGION.`
  return said
}
