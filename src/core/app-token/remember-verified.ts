import { hash } from 'node:crypto'
import { decodeJwt } from 'jose'
import { recentMap } from '#core/recent-map.ts'
import type { Clock, EpochSeconds } from '#core/time.ts'
import type { AppCaller } from './verify-app-token.ts'

/** Tokens in memory. */
const MOST_TOKENS = 1_000

export type VerifyAppToken = (authorization: string | undefined) => Promise<AppCaller>

/**
 * Verifies each access token once: what it says does not change before it expires, and a signature
 * costs more than all else that the door does itself. The session's row is read on every request all
 * the same. One per instance; a token is kept by its hash alone, and a refused one not at all.
 */
export function rememberVerified(verify: VerifyAppToken, now: Clock): VerifyAppToken {
  const verified = recentMap<{ readonly caller: AppCaller; readonly expiresAt: EpochSeconds }>(
    MOST_TOKENS,
  )

  return async (authorization = '') => {
    const key = hash('sha256', authorization, 'base64url')
    const known = verified.get(key)
    if (known && now() < known.expiresAt) return known.caller

    const caller = await verify(authorization === '' ? undefined : authorization)
    const { exp = 0 } = decodeJwt(authorization.replace(/^Bearer +/i, ''))
    verified.set(key, { caller, expiresAt: exp })
    return caller
  }
}
