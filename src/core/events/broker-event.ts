import type { ReauthorizationReason } from '#core/tokens/refresh-observer.ts'

/** Every event that there is. */
export const EVENT_TYPES = [
  'session.created',
  'session.refreshed',
  'session.reauthorization-required',
  'session.ended',
  'connection.failing',
  'connection.recovered',
] as const

export type EventType = (typeof EVENT_TYPES)[number]

/** Who or what ended a session. */
type SessionEndReason =
  /** Its app, by `DELETE /session`. */
  | 'app'
  /** The person, at the provider where they had signed on. */
  | 'logout'
  /** The sign-on that it was made for did not reach its app, or was not accepted. */
  | 'sign-on-failed'
  /** Whoever operates the stack, by the command line. */
  | 'operator'
  /** Nobody: it was not used for its idle limit, or was past its absolute one. */
  | 'idle'
  | 'absolute_end'

interface ConnectionFields {
  readonly app: string
  readonly connection: string
}

interface SessionFields extends ConnectionFields {
  /**
   * The session's key, SHA-256 of the SessionID in base64url: its app, which has the SessionID, can
   * tell which session is meant, and nobody can use a session by it.
   */
  readonly session: string
}

/** What happened, as who saw it says it. No patient, no person, no SessionID, no token. */
export type Happening =
  | ({ readonly type: 'session.created' } & SessionFields)
  | ({ readonly type: 'session.refreshed' } & SessionFields)
  | ({
      readonly type: 'session.reauthorization-required'
      readonly reason: ReauthorizationReason
    } & SessionFields)
  | ({ readonly type: 'session.ended'; readonly reason: SessionEndReason } & SessionFields)
  | ({
      readonly type: 'connection.failing'
      readonly reason: 'client_refused' | 'unavailable'
    } & ConnectionFields)
  | ({ readonly type: 'connection.recovered' } & ConnectionFields)

/** A happening as it is told. */
export type BrokerEvent = Happening & {
  /** Of this event: one that comes twice has the same. */
  readonly id: string
  /** ISO 8601, to the second. */
  readonly occurredAt: string
}
