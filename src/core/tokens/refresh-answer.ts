import type { EventFields } from '#core/event-log.ts'
import type { Session } from '#core/session/session-store.ts'
import type { EpochSeconds } from '#core/time.ts'
import type { TokenSet } from './token-vault.ts'

/** What presenting a refresh token came to. */
export type RefreshAnswer =
  | {
      readonly kind: 'granted'
      readonly tokens: TokenSet
      readonly issuedAt: EpochSeconds
      readonly expiresAt: EpochSeconds
      /** How long before its end the token is to be renewed. */
      readonly marginSeconds?: number
      readonly scopes: readonly string[]
    }
  /** `invalid_grant`: the chain is over, or somebody else has turned it. */
  | { readonly kind: 'revoked'; readonly detail?: EventFields }
  /** The answer is about another person or patient than the launch; its tokens are dropped. */
  | {
      readonly kind: 'changed'
      readonly what: 'patient' | 'user'
      readonly detail?: EventFields
    }
  /** The server refuses us as a client, or the request as such; or the registration is gone. */
  | {
      readonly kind: 'client_refused'
      readonly retryAfterSeconds?: number
      readonly detail?: EventFields
    }
  /** Never sent, or not taken up: the refresh token is still good. */
  | {
      readonly kind: 'unavailable'
      readonly retryAfterSeconds?: number
      readonly detail?: EventFields
    }
  /** Sent, and no usable answer: whether the refresh token is still good is not known. */
  | { readonly kind: 'ambiguous'; readonly detail?: EventFields }

/** A refresh token to present, within `remainingMs`. */
export interface RefreshRequest {
  readonly session: Session
  readonly tokens: TokenSet
  readonly remainingMs: () => number
}

/** Presents a refresh token, once. Never rejects: what comes of it is for the caller to settle. */
export type RefreshGrant = (request: RefreshRequest) => Promise<RefreshAnswer>
