import type { SignOnKeys } from '#core/logout/sign-on-key.ts'
import type { AssertedFacts } from '#core/sign-on/asserted-facts.ts'
import type { EpochSeconds } from '#core/time.ts'
import type { OfLaunch } from './one-time-store.ts'

/** A launch while the browser is away at the authorization server: the part kept in clear. */
export interface LaunchClear extends OfLaunch {
  readonly connection: string
  readonly app: string
  readonly registration: string
  /** Where the answer must come in, and what the token request repeats (RFC 6749 §4.1.3). */
  readonly redirectUri: string
  /** The scopes that were asked for: what a token response without `scope` grants (RFC 6749 §5.1). */
  readonly scopes: readonly string[]
  /** The authorization server as it was discovered; nothing later moves it. */
  readonly issuer: string
  readonly tokenEndpoint: string
  readonly jwksUri?: string
  readonly userinfoEndpoint?: string
  /** A launch at the OpenID provider of the connection's sign-on, and not at its EHR. */
  readonly signsOn?: true
  /** The server promised `iss` in its answer (RFC 9207), so a missing one is refused. */
  readonly issPromised: boolean
}

/** The part that is sealed under the state. */
export interface LaunchSecrets {
  /** Absent where the server does not take PKCE. */
  readonly codeVerifier?: string
  readonly nonce: string
  /** What the code and its tokens are bound to, as a private JWK's text; absent where nothing is (RFC 9449). */
  readonly dpopKey?: string
  /** Who signed on before, by a scheme that brings no tokens. */
  readonly signedOn?: AssertedFacts
  readonly signOnKeys?: SignOnKeys
  readonly signOnEndsAt?: EpochSeconds
}
