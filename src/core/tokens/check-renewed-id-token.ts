import { decodeJwt } from 'jose'
import type { TokenSet } from './token-vault.ts'

export type RenewedIdToken =
  /** As the first one, or none was sent. */
  | 'same'
  /** Nothing can be said: it is no JWT, lacks claims, or the launch had none to compare with. */
  | 'not_checkable'
  | 'changed'

/**
 * Compares the ID token of a refresh answer with the launch's: the same `iss` and `sub`. It came
 * over TLS from the token endpoint itself, and is kept for nothing, so its signature is not
 * looked at (OpenID Connect Core §3.1.3.7 item 6).
 *
 * @see [OpenID Connect Core §12.2](https://openid.net/specs/openid-connect-core-1_0.html#RefreshTokenResponse)
 */
export function checkRenewedIdToken(
  idToken: string | undefined,
  clientId: string,
  { issuer, idTokenIssuer = issuer, subject }: TokenSet,
): RenewedIdToken {
  if (idToken === undefined) return 'same'
  if (subject === undefined) return 'not_checkable'
  try {
    const { iss, sub, aud } = decodeJwt(idToken)
    if (iss === undefined || sub === undefined) return 'not_checkable'
    if (iss !== idTokenIssuer || sub !== subject) return 'changed'
    return [aud].flat().includes(clientId) ? 'same' : 'not_checkable'
  } catch {
    return 'not_checkable'
  }
}
