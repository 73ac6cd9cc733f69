/** A launch while the browser is away at the authorization server: the part kept in clear. */
export interface LaunchClear {
  readonly launchId: string
  readonly connection: string
  readonly app: string
  readonly registration: string
  /** The `iss` as it was received: sent on as `aud`, byte for byte (SM-21). */
  readonly iss: string
  /** The authorization server as it was discovered; nothing later moves it. */
  readonly issuer: string
  readonly tokenEndpoint: string
  readonly jwksUri?: string
  /** The server promised `iss` in its answer (RFC 9207), so a missing one is refused. */
  readonly issPromised: boolean
}

/** The part that is sealed under the state. */
export interface LaunchSecrets {
  readonly codeVerifier: string
  readonly nonce: string
}
