import { dynamodbRegistryGuest } from '#adapters/dynamodb/registry-guest.ts'
import type { CliContext, CliOptions, ExitCode } from '#cli/cli-context.ts'
import { CliError } from '#cli/cli-error.ts'
import { sessionsCommand } from '#cli/sessions/sessions-command.ts'
import { requireOutput, requireStackOutputs, type StackOutputs } from '#cli/stack-outputs.ts'
import { OUTPUTS } from '#contract/outputs.ts'
import { SMOKE_CHECKS, type SmokeResult } from './checks.ts'
import { type Counterpart, startCounterpart } from './counterpart.ts'
import { guestRegistry } from './guest-registry.ts'
import { runSmoke } from './run-smoke.ts'

const DEFAULT_PORT = 4710

/**
 * `sallyport smoke`: a launch, a refresh and reads on a deployed stack with a test EHR and a test app
 * that this process is, and what of them shows on a real account only. What it registers it removes.
 *
 * Exit status 1 where a check fails.
 */
export async function smokeCommand(options: CliOptions, context: CliContext): Promise<ExitCode> {
  const outputs = requireStackOutputs(context.cwd, options)
  const without = (options.without ?? '').split(',').filter(Boolean)
  const unknown = without.filter((check) => !Object.hasOwn(SMOKE_CHECKS, check))
  if (unknown.length > 0) {
    const names = Object.keys(SMOKE_CHECKS).join(', ')
    throw new CliError(`No such check: ${unknown.join(', ')}. There are: ${names}.`, 2)
  }
  const counterpart = await startCounterpart({
    ...placeOf(outputs, options),
    jwksUrl: requireOutput(outputs, OUTPUTS.jwksUrl),
    messagesJwksUrl: requireOutput(outputs, OUTPUTS.messagesJwksUrl),
    redirectUri: requireOutput(outputs, OUTPUTS.redirectUri),
  })
  try {
    const results = await smoke(outputs, counterpart, { ...options, without }, context)
    const failed = results.filter(({ outcome }) => outcome === 'failed').length
    context.write(failed === 0 ? 'Nothing failed.' : `${failed} failed.`)
    return failed === 0 ? 0 : 1
  } finally {
    await counterpart.close()
  }
}

/** Where the test EHR listens, and where the stack's functions find it. */
function placeOf(outputs: StackOutputs, options: CliOptions) {
  const port = Number(options['ehr-port'] ?? (options['ehr-url'] ? DEFAULT_PORT : 0))
  if (!Number.isInteger(port) || port < 0 || port > 65_535) {
    throw new CliError('--ehr-port is a number from 0 to 65535.', 2)
  }
  const publicUrl = options['ehr-url']
  if (publicUrl !== undefined) {
    if (!URL.canParse(publicUrl)) throw new CliError('--ehr-url is an address.', 2)
    return { port, publicUrl }
  }
  if (outputs[OUTPUTS.upstreams] === 'loopback') return { port }
  throw new CliError(
    `The stack's functions have to reach the test EHR, which this command is: name the https address that leads to port ${DEFAULT_PORT} of this machine with --ehr-url, for example a tunnel's.`,
    2,
  )
}

async function smoke(
  outputs: StackOutputs,
  counterpart: Counterpart,
  { without, ...options }: Omit<CliOptions, 'without'> & { readonly without: readonly string[] },
  context: CliContext,
): Promise<readonly SmokeResult[]> {
  const upstreams = outputs[OUTPUTS.upstreams]
  const apiBase = requireOutput(outputs, OUTPUTS.apiBase)
  const groups = requireOutput(outputs, OUTPUTS.logGroupNames).split(',')
  const discover = context.discover(upstreams)
  const { connection, contents } = await guestRegistry(counterpart, { upstreams, discover })
  const guest = dynamodbRegistryGuest({
    documents: context.documents(),
    tableName: outputs[OUTPUTS.registryTableName],
    contents,
  })
  const logScope = { logs: context.logs(), groups, since: context.now() }
  try {
    await guest.enter()
    const world = { apiBase, connection, counterpart, logScope, without }
    return await runSmoke(world, ({ check, outcome, says }) => {
      context.write(`${outcome.padEnd(14)}  ${check}: ${says}`)
    })
  } finally {
    try {
      const silent = { ...context, write: () => undefined }
      await sessionsCommand(['end-all', connection], options, silent)
    } finally {
      await guest.leave()
    }
  }
}
