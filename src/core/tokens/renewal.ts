import type { ErrorCode } from '#core/errors.ts'
import type {
  Lease,
  LeaseGuard,
  RefreshAttempt,
  ReleaseOutcome,
  Session,
} from '#core/session/session-store.ts'
import type { EpochSeconds } from '#core/time.ts'
import type { VendorProfile } from '#core/vendors/vendor-profile.ts'
import type { RefreshAnswer } from './refresh-answer.ts'
import type { ReauthorizationReason } from './refresh-observer.ts'

/** What an authorization server does with a refresh token that is presented twice. */
export type RefreshTokenReuse = VendorProfile['refreshReuse']

/** One caller's wish for an access token, from the wish to the token or the reason for none. */
export interface Flight {
  /** Unlike any other flight's: the names of its leases and attempts begin with it. */
  readonly id: string
  readonly startedMs: number
  /** When the invocation ends, on the monotonic clock. */
  readonly endsMs: number
  /** How long before they are due tokens are renewed; 0 for a caller who needs one now. */
  readonly aheadSeconds: number
}

/** The clocks at a step, and the step's share of chance: at least 0, below 1. */
export interface Instant {
  readonly now: EpochSeconds
  /** Of a clock that only goes forward. */
  readonly ms: number
  readonly random: number
}

/** What of a session's row the decisions depend on. No token, open or sealed, is among it. */
type RenewalRow = Pick<
  Session,
  | 'status'
  | 'createdAt'
  | 'fence'
  | 'tokenVersion'
  | 'accessTokenExpiresAt'
  | 'refreshDueAt'
  | 'lease'
  | 'attempt'
  | 'failures'
  | 'nextAttemptAt'
>

/** A row as it was read, and what is known beside it. */
export interface RowKnown {
  readonly row: RenewalRow
  readonly hasRefreshToken: boolean
  /** The EHR answered 401 to the row's access token. */
  readonly isRejected: boolean
  /** The row's lease is a dead holder's. */
  readonly leaseDead: boolean
  /** What the connection's authorization server does with a refresh token presented twice. */
  readonly reuse: RefreshTokenReuse
}

/** What a lease is taken for. */
export type Purpose =
  /** To present the refresh token for the first time. */
  | 'renew'
  /** To present it once more, of which the holder before us left no word. */
  | 'take-over'
  /** To store tokens that are in hand: from the second path, or of our own that were fenced off. */
  | 'adopt'
  /** To note, ahead of the end, that nobody will present it any more. */
  | 'mark'
  /** To mark the session whose access token is over too. */
  | 'give-up'
  /** To take an attempt of our own out of the row, of which nothing was presented. */
  | 'retract'

/** A lease that is ours, or is about to be. */
export interface Holding {
  readonly purpose: Purpose
  /** The row before it. */
  readonly before: RenewalRow
  readonly guard: LeaseGuard
  /** As journaled with it. */
  readonly attempt: RefreshAttempt
  /** When it was asked for, on both clocks. */
  readonly startedMs: number
  readonly startedAt: EpochSeconds
}

/** Where a renewal stands: the one action that is under way. */
export type Phase =
  | { readonly at: 'reading' }
  | { readonly at: 'finding' }
  | { readonly at: 'admitting'; readonly purpose: 'renew' | 'take-over' }
  | { readonly at: 'acquiring'; readonly holding: Holding }
  | {
      readonly at: 'undoing'
      readonly holding: Holding
      readonly tries: number
      readonly untilMs: number
    }
  /** Looks on the second path again, now that nobody else can store. */
  | { readonly at: 'searching'; readonly holding: Holding }
  | { readonly at: 'redeeming'; readonly holding: Holding }
  | { readonly at: 'storing'; readonly holding: Holding; readonly tries: number }
  | { readonly at: 'rescuing'; readonly tries: number; readonly untilMs: number }
  | {
      readonly at: 'releasing'
      readonly holding: Holding
      readonly outcome: ReleaseOutcome
      /** Told when it is written. */
      readonly note?: RenewalNote
      readonly tries: number
    }
  | { readonly at: 'waiting' }
  | { readonly at: 'finished' }

/** All that a renewal remembers between two steps. */
export interface RenewalState {
  readonly flight: Flight
  readonly phase: Phase
  readonly known?: RowKnown
  /** This flight has presented a token, and presents none again. */
  readonly hasRenewed: boolean
  /** The attempt for which the second path was looked at, and holds nothing. */
  readonly unrescued?: string
  /** Tokens in hand that are not stored: of this attempt, for the row of this version. */
  readonly carried?: {
    readonly attempt: string
    readonly tokenVersion: number
    readonly sinceMs: number
    /** They stand on the second path too. */
    readonly isRescued: boolean
  }
  /** An attempt of ours that may stand in the row, though nothing was presented for it. */
  readonly unsent?: string
  /** Leases that this flight asked for. */
  readonly acquisitions: number
  readonly hasWaited: boolean
  /** The last pause between two readings, in milliseconds. */
  readonly pauseMs: number
}

/** What the driver does next; exactly one {@link RenewalEvent} comes of each but the last three. */
export type RenewalAction =
  /** Reads the row consistently, and opens its tokens. */
  | { readonly do: 'read' }
  /** Looks on the second path, and opens what is there. */
  | { readonly do: 'find'; readonly attempt: string }
  /** Asks whether the token endpoint is to be spared. */
  | { readonly do: 'admit' }
  | {
      readonly do: 'acquire'
      readonly fence: number
      readonly lease: Lease
      readonly attempt: RefreshAttempt
      readonly deadOwner?: string
    }
  /** Presents the refresh token that was read last, within this time. */
  | { readonly do: 'redeem'; readonly withinMs: number }
  /** Stores the tokens in hand. */
  | { readonly do: 'store'; readonly guard: LeaseGuard }
  /** Puts the tokens in hand on the second path. */
  | { readonly do: 'rescue'; readonly attempt: string }
  | { readonly do: 'release'; readonly guard: LeaseGuard; readonly outcome: ReleaseOutcome }
  | { readonly do: 'sleep'; readonly ms: number }
  /** Answers the access token of the row, or the one in hand. */
  | { readonly do: 'serve'; readonly tokens: 'read' | 'in-hand' }
  | {
      readonly do: 'refuse'
      readonly code: Extract<ErrorCode, 'session_over' | 'session_busy' | 'upstream_unavailable'>
      readonly retryAfterSeconds?: number
    }
  /** Fails with what was thrown last, or for a reason of our own. */
  | { readonly do: 'fail'; readonly reason?: string }

/** What came of an action. */
export type RenewalEvent =
  | ({ readonly is: 'read' } & RowKnown)
  | { readonly is: 'gone' }
  /** On the second path are tokens of this version, now in hand. */
  | { readonly is: 'found'; readonly tokenVersion: number }
  | { readonly is: 'nothing' }
  | { readonly is: 'admitted' }
  | { readonly is: 'held-off'; readonly retryAfterSeconds: number }
  | { readonly is: 'acquired' }
  /** The condition failed: of an acquisition, or of a write under a lease that is ours no more. */
  | { readonly is: 'refused' }
  /** Granted tokens are in hand. */
  | { readonly is: 'answered'; readonly answer: AnswerFacts }
  | { readonly is: 'written' }
  | { readonly is: 'slept' }
  /** It threw: not done, or done and the answer lost. */
  | { readonly is: 'failed' }

/** An answer, without its tokens. */
export type AnswerFacts = Pick<RefreshAnswer, 'kind'> & {
  readonly what?: 'patient' | 'user'
  readonly retryAfterSeconds?: number
}

/** What others may want to know of a step: for the log, the metrics and the app's events. */
export type RenewalNote =
  | { readonly note: 'renewed'; readonly purpose: Purpose; readonly startedMs: number }
  /** Tokens that came after the lease was lost: `read` tells whether they can still be stored. */
  | { readonly note: 'fenced' }
  | { readonly note: 'rescued' }
  | { readonly note: 'recovered' }
  /** Neither path could be written. */
  | { readonly note: 'lost' }
  | { readonly note: 'taking-over' }
  | { readonly note: 'reauthorization-required'; readonly reason: ReauthorizationReason }
  | { readonly note: 'waited' }
  /** Our own lease stands though we are done with it; others in this instance need not wait. */
  | { readonly note: 'abandoned'; readonly owner: string }

/** A step's outcome. */
export interface RenewalStep {
  readonly state: RenewalState
  readonly action: RenewalAction
  readonly notes: readonly RenewalNote[]
}
