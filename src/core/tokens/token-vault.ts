import type { Secret } from '#core/secret.ts'

/** The tokens of one session, and what renewing them takes. Only ever sealed outside memory. */
export interface TokenSet {
  readonly accessToken: Secret
  readonly refreshToken?: Secret
  /** From the launch's discovery, pinned: a later document does not move it. */
  readonly tokenEndpoint: string
  /** The authorization server's `issuer`, as the launch knew it. */
  readonly issuer: string
  /** The client that the tokens were issued to; of sets from before that was kept not known. */
  readonly clientId?: string
  /** `iss` of the ID token, where it is an alias of the issuer: a renewed one must have the same. */
  readonly idTokenIssuer?: string
  /** `sub` of the ID token: a renewed ID token must have the same. */
  readonly subject?: string
  /** Encrypts the session's paging links: 256 random bits of its launch, base64url; never renewed. */
  readonly pagingKey: Secret
}

/** What a sealed token set is bound to; opening under anything else fails. */
export interface SealBinding {
  /** The session's key (SHA-256 of the SessionID). */
  readonly session: string
  readonly tokenVersion: number
  readonly connection: string
}

/** Seals token sets so that a read table opens nothing. */
export interface TokenVault {
  seal(tokens: TokenSet, binding: SealBinding): Promise<Uint8Array>

  /**
   * Opens what {@link seal} made under the same binding.
   *
   * @throws BrokerError `vaultRefusal` for anything else; `internal_error` with detail reason
   * `vault_open_failed` where it cannot be told, because the key is out of reach
   */
  open(sealed: Uint8Array, binding: SealBinding): Promise<TokenSet>
}
