import { loggableOAuthError } from '#core/oauth/loggable-oauth-error.ts'
import type { TokenAnswer } from '#core/oauth/token-answer.ts'
import { secondsOfRetryAfter } from '#core/retry-after.ts'
import type { EpochSeconds } from '#core/time.ts'
import type { RefreshAnswer } from './refresh-answer.ts'

/** Errors that say "later", whatever their status. */
const TRANSIENT_ERRORS = ['temporarily_unavailable', 'server_error', 'slow_down']

interface RefreshAnswerFacts {
  readonly retryAfter: string | null
  readonly now: EpochSeconds
  /** Errors that end the grant, beside `invalid_grant`. */
  readonly fatalErrors: readonly string[]
}

/**
 * What a token endpoint's answer means if it has no tokens; `undefined` if it has.
 *
 * Only `invalid_grant`, and what the vendor means the same by, ends a chain, and not with a 5xx, where
 * a server is not itself. A 2xx that has neither tokens nor an error leaves open whether the refresh
 * token was used.
 *
 * @param retryAfter the answer's `Retry-After`
 * @see [RFC 6749 §5.2](https://www.rfc-editor.org/rfc/rfc6749.html#section-5.2)
 */
export function classifyRefreshAnswer(
  answer: TokenAnswer,
  { retryAfter, now, fatalErrors }: RefreshAnswerFacts,
): Exclude<RefreshAnswer, { readonly kind: 'granted' | 'changed' }> | undefined {
  if (answer.kind === 'tokens') return undefined
  const { status } = answer
  const error = answer.kind === 'error' ? answer.error.code : undefined
  const detail = { status, ...(error && { oauthError: loggableOAuthError(error) }) }

  if (answer.kind === 'unreadable' && status >= 200 && status < 300) {
    return { kind: 'ambiguous', detail: { ...detail, reason: answer.reason } }
  }
  const retryAfterSeconds = secondsOfRetryAfter(retryAfter, now)
  const later = { detail, ...(retryAfterSeconds !== undefined && { retryAfterSeconds }) }

  if (error === 'invalid_client') return { kind: 'client_refused', ...later }
  if (status >= 500 || status === 429) return { kind: 'unavailable', ...later }
  if (error && ['invalid_grant', ...fatalErrors].includes(error)) return { kind: 'revoked', detail }
  if (status === 401) return { kind: 'client_refused', ...later }
  if (!error || TRANSIENT_ERRORS.includes(error)) return { kind: 'unavailable', ...later }
  return { kind: 'client_refused', ...later }
}
