import { randomUUID } from 'node:crypto'
import { dynamodbEndSession } from '#adapters/dynamodb/end-session.ts'
import {
  dynamodbSessionDirectory,
  type ListedSession,
  type SessionDirectory,
} from '#adapters/dynamodb/session-directory.ts'
import { eventBridgeBus } from '#adapters/eventbridge/event-bus.ts'
import type { CliContext, CliOptions, ExitCode } from '#cli/cli-context.ts'
import { CliError } from '#cli/cli-error.ts'
import { requireOutput, requireStackOutputs } from '#cli/stack-outputs.ts'
import { OUTPUTS } from '#contract/outputs.ts'
import {
  describeSession,
  SESSION_STATES,
  type SessionState,
  sessionJson,
  sessionLine,
  sessionState,
} from './describe-session.ts'
import { findSession } from './find-session.ts'

/** Sessions that are ended at a time. */
const AT_ONCE = 10

interface Sessions {
  readonly directory: SessionDirectory
  /** Ends one for every reader, and tells its app. */
  readonly end: (session: ListedSession) => Promise<void>
  /** Epoch seconds. */
  readonly now: number
}

/** `sallyport sessions list | show | end | end-all`; `undefined` for other words. */
export function sessionsCommand(
  [verb, name, ...rest]: readonly string[],
  options: CliOptions,
  context: CliContext,
): Promise<ExitCode> | undefined {
  if (rest.length > 0) return undefined
  if (verb === 'list' && name === undefined) return list(options, context)
  if (name === undefined) return undefined
  if (verb === 'show') return show(name, options, context)
  if (verb === 'end') return end(name, options, context)
  if (verb === 'end-all') return endAll(name, options, context)
  return undefined
}

async function list(options: CliOptions, context: CliContext): Promise<ExitCode> {
  const state = stateOf(options)
  const { directory, now } = open(options, context)
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
  const { directory, now } = open(options, context)
  const session = await findSession(name, directory, context)
  if (options.json) context.write(JSON.stringify(sessionJson(session, now), undefined, 2))
  else for (const line of describeSession(session, now)) context.write(line)
  return 0
}

async function end(name: string, options: CliOptions, context: CliContext): Promise<ExitCode> {
  const sessions = open(options, context)
  const session = await findSession(name, sessions.directory, context)
  await sessions.end(session)
  context.write(`Ended: ${sessionLine({ ...session, status: 'ending' }, sessions.now)}`)
  return 0
}

/** Those that began while it worked are found by giving the command again. */
async function endAll(
  connection: string,
  options: CliOptions,
  context: CliContext,
): Promise<ExitCode> {
  const sessions = open(options, context)
  const live: ListedSession[] = []
  for await (const session of sessions.directory.list(connection)) {
    const state = sessionState(session, sessions.now)
    if (state === 'active' || state === 'reauthorization-required') live.push(session)
  }
  for (let from = 0; from < live.length; from += AT_ONCE) {
    await Promise.all(live.slice(from, from + AT_ONCE).map(sessions.end))
  }
  context.write(`${connection}: ${live.length} sessions ended.`)
  return 0
}

function open(options: CliOptions, context: CliContext): Sessions {
  const outputs = requireStackOutputs(context.cwd, options)
  const table = {
    documents: context.documents(),
    tableName: requireOutput(outputs, OUTPUTS.sessionsTableName),
  }
  const bus = () =>
    eventBridgeBus({
      client: context.eventBridge(),
      busName: requireOutput(outputs, OUTPUTS.eventBusName),
    })
  const endSession = dynamodbEndSession(table)
  return {
    directory: dynamodbSessionDirectory(table),
    async end({ id: session, app, connection }) {
      await endSession(session)
      const ended = { type: 'session.ended', reason: 'operator', app, connection, session } as const
      const occurredAt = new Date(context.now()).toISOString()
      await bus()
        .put({ ...ended, id: randomUUID(), occurredAt })
        .catch((error: unknown) => {
          const why = error instanceof Error ? error.name : typeof error
          context.writeError(`The session is ended, and its app could not be told (${why}).`)
        })
    },
    now: Math.floor(context.now() / 1000),
  }
}

function stateOf({ state }: CliOptions): SessionState | undefined {
  const known = SESSION_STATES.find((one) => one === state)
  if (state === undefined || known) return known
  throw new CliError(`--state is one of ${SESSION_STATES.join(', ')}.`, 2)
}
