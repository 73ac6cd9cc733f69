import type { EpochSeconds } from '#core/time.ts'

/** What a browser carries and is good once: an OAuth state, a SAML request's id, a ticket. */
export type OneTimeKind = 'launch' | 'saml' | 'ticket'

/** The launch's own cookie, by its name and the SHA-256 (base64url) of its value. */
export interface BrowserBinding {
  readonly cookieName: string
  readonly cookieHash: string
}

/**
 * A row that is taken once. Its key is the SHA-256 (base64url) of a bearer value that the table does
 * not hold, and `sealed` opens only with that value.
 */
export interface OneTimeRecord<Clear extends OfLaunch = OfLaunch> {
  readonly browser: BrowserBinding
  readonly createdAt: EpochSeconds
  readonly expiresAt: EpochSeconds
  readonly sealed: Uint8Array
  /** What is kept in clear: no secret, nothing about a person. */
  readonly clear: Clear
}

export type Taken<Clear extends OfLaunch> =
  | { readonly record: OneTimeRecord<Clear> }
  | {
      readonly refused: 'unknown' | 'expired' | 'used' | 'browser_mismatch'
      /** Of the record that is refused, for the log. */
      readonly launchId?: string
    }

/** What every record says in clear of the launch that it is of. */
export interface OfLaunch {
  readonly launchId: string
}

/** Where launches and tickets wait for the browser to come back. */
export interface OneTimeStore<Clear extends OfLaunch> {
  /** Keeps a new record; rejects if the key is taken. */
  put(keyHash: string, record: OneTimeRecord<Clear>): Promise<void>

  /**
   * Takes a live record: of any number of takers, one nonce has it. One conditional write that
   * demands: not taken, or taken by this `nonce` (a retry of one's own lost write); not expired;
   * and its cookie hash among `cookieHashes`. A wrong browser takes nothing. Precedence of refusals:
   * unknown, used (the cookie of a launch that is over is cleared, so who comes back has none),
   * browser_mismatch, expired.
   */
  take(
    keyHash: string,
    taker: { readonly nonce: string; readonly cookieHashes: readonly string[] },
  ): Promise<Taken<Clear>>

  /** Removes the ciphertext of a taken record; the tombstone stays until it expires. Best effort. */
  spend(keyHash: string): Promise<void>
}
