import { randomUUID } from 'node:crypto'
import { dynamodbEndSession } from '#adapters/dynamodb/end-session.ts'
import {
  dynamodbSessionDirectory,
  type ListedSession,
  type SessionDirectory,
} from '#adapters/dynamodb/session-directory.ts'
import { eventBridgeBus } from '#adapters/eventbridge/event-bus.ts'
import type { CliContext, CliOptions } from '#cli/cli-context.ts'
import { requireOutput, requireStackOutputs } from '#cli/stack-outputs.ts'
import { OUTPUTS } from '#contract/outputs.ts'

/** Sessions that are ended at a time. */
const AT_ONCE = 10

/** Whose a session is. */
type OwnedSession = Pick<ListedSession, 'id' | 'app' | 'connection'>

export interface Sessions {
  readonly directory: SessionDirectory
  /** Ends one for every reader, and tells its app. */
  readonly end: (session: ListedSession) => Promise<void>
  /** Tells its app that a session is over. */
  readonly tellEnd: (session: OwnedSession) => Promise<void>
  /** Epoch seconds. */
  readonly now: number
}

/** The stack's sessions, for an operator. */
export function openSessions(options: CliOptions, context: CliContext): Sessions {
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

  async function tellEnd({ id: session, app, connection }: OwnedSession): Promise<void> {
    const ended = { type: 'session.ended', reason: 'operator', app, connection, session } as const
    const occurredAt = new Date(context.now()).toISOString()
    await bus()
      .put({ ...ended, id: randomUUID(), occurredAt })
      .catch((error: unknown) => {
        const why = error instanceof Error ? error.name : typeof error
        context.writeError(`The session is ended, and its app could not be told (${why}).`)
      })
  }

  return {
    directory: dynamodbSessionDirectory(table),
    async end(session) {
      await endSession(session.id)
      await tellEnd(session)
    },
    tellEnd,
    now: Math.floor(context.now() / 1000),
  }
}

/** Does so with each, some at a time. */
export async function withEach<One>(
  all: Iterable<One> | AsyncIterable<One>,
  act: (one: One) => Promise<unknown>,
): Promise<void> {
  let batch: One[] = []
  for await (const one of all) {
    batch.push(one)
    if (batch.length < AT_ONCE) continue
    await Promise.all(batch.map(act))
    batch = []
  }
  await Promise.all(batch.map(act))
}
