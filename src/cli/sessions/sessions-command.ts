import type { ListedSession } from '#adapters/dynamodb/session-directory.ts'
import type { CliContext, CliOptions, ExitCode } from '#cli/cli-context.ts'
import { CliError } from '#cli/cli-error.ts'
import {
  describeSession,
  SESSION_STATES,
  type SessionState,
  sessionJson,
  sessionLine,
  sessionState,
} from './describe-session.ts'
import { endRestoredCommand } from './end-restored.ts'
import { findSession } from './find-session.ts'
import { openSessions, withEach } from './open-sessions.ts'

/** `sallyport sessions list | show | end | end-all | end-restored`; `undefined` for other words. */
export function sessionsCommand(
  [verb, name, ...rest]: readonly string[],
  options: CliOptions,
  context: CliContext,
): Promise<ExitCode> | undefined {
  if (rest.length > 0) return undefined
  if (verb === 'list' && name === undefined) return list(options, context)
  const isOfAll = options['every-connection'] === true
  if (verb === 'end-all' && (name === undefined) === isOfAll) return endAll(name, options, context)
  if (name === undefined) return undefined
  if (verb === 'show') return show(name, options, context)
  if (verb === 'end') return end(name, options, context)
  if (verb === 'end-restored') return endRestoredCommand(name, options, context)
  return undefined
}

async function list(options: CliOptions, context: CliContext): Promise<ExitCode> {
  const state = stateOf(options)
  const { directory, now } = openSessions(options, context)
  const found: ListedSession[] = []
  for await (const session of directory.list(options.connection)) {
    if (state === undefined || sessionState(session, now) === state) found.push(session)
  }
  found.sort((one, other) => one.createdAt - other.createdAt)
  if (options.json) {
    context.write(
      JSON.stringify(
        found.map((session) => sessionJson(session, now)),
        undefined,
        2,
      ),
    )
    return 0
  }
  for (const session of found) context.write(sessionLine(session, now))
  context.write(`${found.length} sessions.`)
  return 0
}

async function show(name: string, options: CliOptions, context: CliContext): Promise<ExitCode> {
  const { directory, now } = openSessions(options, context)
  const session = await findSession(name, directory, context)
  if (options.json) context.write(JSON.stringify(sessionJson(session, now), undefined, 2))
  else for (const line of describeSession(session, now)) context.write(line)
  return 0
}

async function end(name: string, options: CliOptions, context: CliContext): Promise<ExitCode> {
  const sessions = openSessions(options, context)
  const session = await findSession(name, sessions.directory, context)
  await sessions.end(session)
  context.write(`Ended: ${sessionLine({ ...session, status: 'ending' }, sessions.now)}`)
  return 0
}

/** Those that began while it worked are found by giving the command again. */
async function endAll(
  connection: string | undefined,
  options: CliOptions,
  context: CliContext,
): Promise<ExitCode> {
  const sessions = openSessions(options, context)
  const live: ListedSession[] = []
  for await (const session of sessions.directory.list(connection)) {
    const state = sessionState(session, sessions.now)
    if (state === 'active' || state === 'reauthorization-required') live.push(session)
  }
  await withEach(live, sessions.end)
  context.write(`${connection ?? 'Every connection'}: ${live.length} sessions ended.`)
  return 0
}

function stateOf({ state }: CliOptions): SessionState | undefined {
  const known = SESSION_STATES.find((one) => one === state)
  if (state === undefined || known) return known
  throw new CliError(`--state is one of ${SESSION_STATES.join(', ')}.`, 2)
}
