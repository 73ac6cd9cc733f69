import type { EventLog } from '#core/event-log.ts'
import type { BrokerEvents } from '#core/events/broker-events.ts'

/** A session as far as its end is told of. */
export interface SignedOnSession {
  readonly id: string
  readonly app: string
  readonly connection: string
}

export interface EndSignedOnDeps {
  /** Ends one for every reader; does nothing to one that is gone. */
  readonly endSession: (id: string) => Promise<void>
  readonly events: BrokerEvents
  readonly log: EventLog
}

/** Ends the sessions of a sign-on that is over, and tells their apps. */
export async function endSignedOn(
  sessions: readonly SignedOnSession[],
  { endSession, events, log }: EndSignedOnDeps,
): Promise<void> {
  await Promise.all(
    sessions.map(async ({ id, app, connection }) => {
      await endSession(id)
      log.info('session_ended', { app, connection, reason: 'logout' })
      const ended = { type: 'session.ended', reason: 'logout' } as const
      await events.emit({ ...ended, app, connection, session: id })
    }),
  )
}
