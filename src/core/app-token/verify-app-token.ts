import { errors, jwtVerify } from 'jose'
import { BrokerError } from '#core/errors.ts'
import type { Signer } from '#core/signer.ts'
import type { Clock } from '#core/time.ts'

export interface VerifyAppTokenDeps {
  /** The `tokens` keys, of which the token names its own; only their public halves are used. */
  readonly signers: readonly Pick<Signer, 'publicJwk'>[]
  readonly publicBaseUrl: string
  readonly now: Clock
}

/** Who calls the API door: the app, by one of its clients. */
export interface AppCaller {
  /** The app's id. */
  readonly app: string
  readonly clientId: string
  /** What the app asked for and was given; `system/*.cruds` unless it narrowed it. */
  readonly scope: string
  /** The key of the session that the token is bound to, if it is bound to one. */
  readonly session?: string
}

/**
 * Checks the app's own access token, locally.
 *
 * Only a token of ours passes: signed by a `tokens` key with ES256, `typ` `at+jwt`, and with us as
 * both issuer and audience. The times in it are our own, so no skew is allowed for.
 *
 * @param authorization the value of the `Authorization` header
 * @throws BrokerError `token_missing`, `token_invalid`
 * @see [RFC 9068 §4](https://www.rfc-editor.org/rfc/rfc9068.html#section-4)
 */
export async function verifyAppToken(
  authorization: string | undefined,
  { signers, publicBaseUrl, now }: VerifyAppTokenDeps,
): Promise<AppCaller> {
  const token = /^Bearer +([^\s]+)$/i.exec(authorization ?? '')?.[1]
  if (!token) throw new BrokerError('token_missing')

  const keys = await Promise.all(signers.map((signer) => signer.publicJwk()))
  const keyOf = ({ kid }: { readonly kid?: string }) => {
    const key = keys.find((known) => known.kid === kid)
    if (key) return key
    throw new errors.JWKSNoMatchingKey()
  }
  const { payload } = await jwtVerify(token, keyOf, {
    algorithms: ['ES256'],
    typ: 'at+jwt',
    issuer: publicBaseUrl,
    audience: publicBaseUrl,
    requiredClaims: ['exp', 'iat', 'jti'],
    currentDate: new Date(now() * 1000),
  }).catch((error) => {
    throw invalid(error.code)
  })

  const { app, client_id: clientId, scope, session } = payload
  if (typeof app !== 'string' || typeof clientId !== 'string' || typeof scope !== 'string') {
    throw invalid('claims')
  }
  if (session !== undefined && typeof session !== 'string') throw invalid('claims')
  return { app, clientId, scope, ...(session !== undefined && { session }) }
}

function invalid(reason: unknown): BrokerError {
  return new BrokerError('token_invalid', {
    ...(typeof reason === 'string' && { detail: { reason } }),
  })
}
