import type { RenewedTokens } from '#core/session/session-store.ts'

/** How long a rescued token set is kept: longer than a session that nobody uses. */
export const RESCUE_LIFETIME_SECONDS = 86_400

/**
 * The second path of renewed tokens: where they go when their session's row could not be written,
 * so that a chain the authorization server has already turned is not lost.
 */
export interface RescueStore {
  /** Keeps the sealed tokens of one attempt for {@link RESCUE_LIFETIME_SECONDS}. */
  put(session: string, attempt: string, tokens: RenewedTokens): Promise<void>

  /** What an attempt left, read consistently; `undefined` if nothing, or if it has expired. */
  find(session: string, attempt: string): Promise<RenewedTokens | undefined>
}
