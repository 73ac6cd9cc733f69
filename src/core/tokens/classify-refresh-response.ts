import { loggableOAuthError } from '#core/oauth/loggable-oauth-error.ts'
import type { EpochSeconds } from '#core/time.ts'
import type { RefreshAnswer } from './refresh-answer.ts'

/** Errors that say "later", whatever their status. */
const TRANSIENT_ERRORS = ['temporarily_unavailable', 'server_error', 'slow_down']

/**
 * What a token endpoint's answer means if it is not a token response; `undefined` if it may be one.
 *
 * Only `invalid_grant`, and what the vendor means the same by, ends a chain, and not with a 5xx, where a server is not itself. A status 200
 * that holds an `error` is that error (OA-07); one that is no JSON object leaves open whether the
 * refresh token was used.
 *
 * @see [RFC 6749 §5.2](https://www.rfc-editor.org/rfc/rfc6749.html#section-5.2)
 */
export async function classifyRefreshResponse(
  response: Response,
  now: EpochSeconds,
  fatalErrors: readonly string[] = [],
): Promise<Exclude<RefreshAnswer, { readonly kind: 'granted' | 'changed' }> | undefined> {
  const { status } = response
  const body: unknown = await response
    .clone()
    .json()
    .catch(() => undefined)
  const isObject = typeof body === 'object' && body !== null && !Array.isArray(body)
  const error =
    isObject && 'error' in body && typeof body.error === 'string' ? body.error : undefined
  const detail = { status, ...(error && { oauthError: loggableOAuthError(error) }) }

  if (status === 200 && !error) {
    return isObject ? undefined : { kind: 'ambiguous', detail: { ...detail, reason: 'not_json' } }
  }
  const retryAfterSeconds = retryAfter(response.headers.get('retry-after'), now)
  const later = { detail, ...(retryAfterSeconds !== undefined && { retryAfterSeconds }) }

  if (status >= 500 || status === 429) return { kind: 'unavailable', ...later }
  if (error && ['invalid_grant', ...fatalErrors].includes(error)) return { kind: 'revoked', detail }
  if (status === 401) return { kind: 'client_refused', ...later }
  if (!error || TRANSIENT_ERRORS.includes(error)) return { kind: 'unavailable', ...later }
  return { kind: 'client_refused', ...later }
}

/** Seconds that a `Retry-After` asks for, in either of its forms (RFC 9110 §10.2.3). */
function retryAfter(value: string | null, now: EpochSeconds): number | undefined {
  if (value === null) return undefined
  if (/^\d{1,9}$/.test(value.trim())) return Number(value)
  const at = Date.parse(value)
  return Number.isNaN(at) ? undefined : Math.max(0, Math.ceil(at / 1000) - now)
}
