import type { EpochSeconds } from '#core/time.ts'

export type SessionStatus = 'active' | 'reauthorization-required' | 'ending'

/** Who is renewing a session's tokens. `until` alone never permits a take-over: clocks differ. */
export interface Lease {
  readonly owner: string
  readonly until: EpochSeconds
}

/** A renewal under way, written before the refresh token is presented. */
export interface RefreshAttempt {
  readonly id: string
  readonly startedAt: EpochSeconds
  readonly phase: /** Being presented for the first time. */
    | 'redeeming'
    /** Being presented for the second time and the last, as the first left no word. */
    | 'taking-over'
    /** Not presented any more: the person must sign on again when the access token ends. */
    | 'unresolved'
}

/** What a launch leaves behind. No person's name is in clear; tokens only sealed. */
export interface Session {
  /** SHA-256 of the SessionID, base64url; the SessionID itself is never kept. */
  readonly id: string
  readonly app: string
  readonly connection: string
  /** The launch that it came of, as the log names it. */
  readonly launchId: string
  readonly status: SessionStatus
  /** It uses the tokens of its connection's own, and has none: `sealedTokens` is empty then. */
  readonly authority?: 'system'
  readonly patient?: string
  readonly encounter?: string
  readonly scopes: readonly string[]
  /** Members of the token response that the vendor wants in every FHIR request, by their names. */
  readonly members?: Readonly<Record<string, string>>
  readonly createdAt: EpochSeconds
  readonly lastUsedAt: EpochSeconds
  /** The absolute end; DynamoDB deletes it some time after. */
  readonly expiresAt: EpochSeconds
  readonly idleSeconds: number
  /** Hash of the OpenID provider's `sid`, by which a logout finds the session. */
  readonly sidKey?: string
  /** The same of its `sub`. */
  readonly subjectKey?: string

  /** Bumped at every acquire; in the row only. */
  readonly fence: number
  /** Changes only with the ciphertext; in the row and inside the ciphertext. */
  readonly tokenVersion: number
  /** The sealed token set. */
  readonly sealedTokens: Uint8Array
  readonly accessTokenExpiresAt: EpochSeconds
  /** From when on a renewal is wanted; until the first one the margin counts from `createdAt`. */
  readonly refreshDueAt?: EpochSeconds
  /** Its tokens are renewed when they are due, whether or not somebody asks. */
  readonly renewAhead?: true
  /**
   * When the refresher looks at it: when its tokens are due if they are renewed ahead, or it may be
   * over; at once when it is ending. Nobody looks at one that has none.
   */
  readonly dueAt?: EpochSeconds
  readonly lease?: Lease
  /**
   * With a lease: a renewal under way. Without one: a renewal of which nobody knows whether the
   * authorization server used up the refresh token.
   */
  readonly attempt?: RefreshAttempt
  /** Failed renewals since the last good one. */
  readonly failures: number
  readonly nextAttemptAt?: EpochSeconds
}

/** Tokens renewed, as they are to stand in the row. */
export interface RenewedTokens {
  readonly sealedTokens: Uint8Array
  readonly tokenVersion: number
  readonly accessTokenExpiresAt: EpochSeconds
  readonly refreshDueAt: EpochSeconds
  /** As {@link Session.renewAhead}, for the tokens that these are. */
  readonly renewAhead?: true
  /** As {@link Session.dueAt}; not where somebody ended the session meanwhile. */
  readonly dueAt?: EpochSeconds
  readonly scopes: readonly string[]
}

/** Names the holder of a lease; whoever has lost it can write no more. */
export interface LeaseGuard {
  readonly fence: number
  readonly owner: string
}

/** How a renewal ended that got no tokens. */
export interface ReleaseOutcome {
  readonly status: SessionStatus
  readonly failures: number
  readonly nextAttemptAt?: EpochSeconds
  /** Stands in the row from now on: the refresh token may have been used up. */
  readonly attempt?: RefreshAttempt
}

/** Where sessions are kept. Each write is one conditional write; there are no transactions. */
export interface SessionStore {
  /**
   * Keeps a new session; rejects if one with this id is there. A repetition of the same write (an
   * SDK repeats one whose answer was lost) is the same write.
   */
  create(session: Session): Promise<void>

  /** The session as it stands, also when it is over: the reader judges its end. */
  read(id: string, options?: { readonly consistent?: boolean }): Promise<Session | undefined>

  /** Notes a use; never an earlier one than is noted. Never brings back a session that was deleted. */
  touch(id: string, lastUsedAt: EpochSeconds): Promise<void>

  /**
   * Notes that the EHR takes the tokens of this version no longer, though they were just renewed:
   * only for a session that is active, still has these, and is not being renewed.
   */
  demandReauthorization(id: string, tokenVersion: number): Promise<void>

  /**
   * Takes the lease and journals the attempt, in one conditional write: only if the session is
   * active, its `fence` is the one given, and its lease is that of `deadOwner`, which the caller
   * found dead, or none where none is given. A holder that was only slow frees its lease without a
   * bump of the fence, so a lease that is gone meanwhile is not free to take. Bumps the fence.
   *
   * Answers the session as it then stands when it is ours (also when an earlier write of our own
   * nonce, whose answer was lost, did it); else `undefined`.
   */
  acquireLease(
    id: string,
    request: {
      readonly fence: number
      readonly lease: Lease
      readonly attempt: RefreshAttempt
      readonly deadOwner?: string
    },
  ): Promise<Session | undefined>

  /**
   * Stores renewed tokens, clears the failures and frees the lease, only if `fence` and the lease's
   * owner are still the ones given. `false` if they are not; `true` also when an earlier write of
   * these very tokens, whose answer was lost, did it.
   *
   * In a session that somebody ended meanwhile the tokens take the place of the old ones, which are
   * of no use any more; when it is due stays as that one left it.
   */
  storeTokens(id: string, guard: LeaseGuard, tokens: RenewedTokens): Promise<boolean>

  /**
   * Frees the lease of a renewal that got no tokens, under the same condition; `status` as the
   * outcome demands, but a session that is `ending` stays so, and due. One that needs the person is
   * looked at no more.
   */
  releaseLease(id: string, guard: LeaseGuard, outcome: ReleaseOutcome): Promise<boolean>
}
