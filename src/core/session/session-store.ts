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
  readonly phase: 'redeeming'
}

/** What a launch leaves behind. No person's name is in clear; tokens only sealed. */
export interface Session {
  /** SHA-256 of the SessionID, base64url; the SessionID itself is never kept. */
  readonly id: string
  readonly app: string
  readonly connection: string
  readonly status: SessionStatus
  readonly patient?: string
  readonly encounter?: string
  readonly scopes: readonly string[]
  readonly createdAt: EpochSeconds
  readonly lastUsedAt: EpochSeconds
  /** The absolute end; DynamoDB deletes it some time after. */
  readonly expiresAt: EpochSeconds
  readonly idleSeconds: number

  /** Bumped at every acquire; in the row only. */
  readonly fence: number
  /** Changes only with the ciphertext; in the row and inside the ciphertext. */
  readonly tokenVersion: number
  /** The sealed token set. */
  readonly sealedTokens: Uint8Array
  readonly accessTokenExpiresAt: EpochSeconds
  readonly lease?: Lease
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
  readonly scopes: readonly string[]
}

/** Where sessions are kept. Each write is one conditional write; there are no transactions. */
export interface SessionStore {
  /** Keeps a new session; rejects if one with this id is there. */
  create(session: Session): Promise<void>

  /** The session as it stands, also when it is over: the reader judges its end. */
  read(id: string, options?: { readonly consistent?: boolean }): Promise<Session | undefined>

  /** Notes a use. Never brings back a session that was deleted. */
  touch(id: string, lastUsedAt: EpochSeconds): Promise<void>

  /**
   * Takes the lease and journals the attempt, in one conditional write: only if the session is
   * active, its `fence` is the one given, and no lease stands. Bumps the fence.
   *
   * Answers the session as it then stands when it is ours (also when an earlier write of our own
   * nonce, whose answer was lost, did it); else `undefined`.
   */
  acquireLease(
    id: string,
    request: { readonly fence: number; readonly lease: Lease; readonly attempt: RefreshAttempt },
  ): Promise<Session | undefined>

  /**
   * Stores renewed tokens and frees the lease, only if `fence` and the lease's owner are still the
   * ones given. `false` if they are not.
   */
  storeTokens(
    id: string,
    guard: { readonly fence: number; readonly owner: string },
    tokens: RenewedTokens,
  ): Promise<boolean>

  /**
   * Frees the lease of a renewal that got no tokens, under the same condition; `status` as the
   * outcome demands.
   */
  releaseLease(
    id: string,
    guard: { readonly fence: number; readonly owner: string },
    outcome: {
      readonly status: SessionStatus
      readonly failures: number
      readonly nextAttemptAt?: EpochSeconds
    },
  ): Promise<boolean>
}
