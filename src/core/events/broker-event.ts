/** Who or what ended a session. */
type SessionEndReason =
  /** Its app, by `DELETE /session`. */
  'app'

/** Something that happened to a session. */
interface SessionFields {
  readonly app: string
  readonly connection: string
  /**
   * The session's key, SHA-256 of the SessionID in base64url: its app, which has the SessionID, can
   * tell which session is meant, and nobody can use a session by it.
   */
  readonly session: string
}

/** What happened, as who saw it says it. No patient, no person, no SessionID, no token. */
export type Happening = SessionFields &
  (
    | { readonly type: 'session.created' }
    | { readonly type: 'session.ended'; readonly reason: SessionEndReason }
  )

/** A happening as it is told. */
export type BrokerEvent = Happening & {
  /** Of this event: one that comes twice has the same. */
  readonly id: string
  /** ISO 8601, to the second. */
  readonly occurredAt: string
}
