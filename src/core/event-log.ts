/**
 * What a log line may hold. The list is closed: a field that is not here cannot be logged, so a
 * token, a name or a query string cannot get into a line by an oversight.
 */
export interface EventFields {
  /** The request, as the person's page and the error bodies name it. */
  readonly referenceId?: string
  /** A prefix of the state's hash: follows one launch through the functions. */
  readonly launchId?: string
  readonly code?: string
  readonly connection?: string
  readonly app?: string
  readonly registration?: string
  readonly organization?: string
  readonly environment?: string
  /** Host names only: a path or a query may hold patient data. */
  readonly host?: string
  readonly method?: string
  readonly status?: number
  readonly durationMs?: number
  /** The `error` of an RFC 6749 answer, cut to its registered characters. */
  readonly oauthError?: string
  /** Names of parameters, fields or claims; never their values. */
  readonly parameter?: string
  readonly parameters?: readonly string[]
  readonly reason?: string
  /** Of an event for the app, `session.ended`, or of a message, `PatientQuery`. */
  readonly eventType?: string
  /** Of a message of the Data Model API; its event type beside it. */
  readonly dataModel?: string
  /** What the EHR was asked for it, and how much of the answer could not be had. */
  readonly asked?: number
  readonly missing?: number
  /** Which try of a delivery, from 1. */
  readonly attempt?: number
  /** Of a run of the refresher: its shards, and how many sessions it met each end with. */
  readonly firstShard?: number
  readonly lastShard?: number
  readonly renewed?: number
  readonly ended?: number
  readonly dropped?: number
  readonly left?: number
  readonly failed?: number
  /** Sessions read as due and not begun: there may be more behind them. */
  readonly waiting?: number
  /** How long the session that is due longest has been so. */
  readonly oldestDueSeconds?: number
  /** The class and code of an unforeseen error, and where it was thrown; never its message. */
  readonly errorName?: string
  readonly errorCode?: string
  readonly stack?: string
}

/** Past-tense events, `launch_begun`, each one line. */
export interface EventLog {
  info(event: string, fields?: EventFields): void
  warn(event: string, fields?: EventFields): void
  error(event: string, fields?: EventFields): void
}
