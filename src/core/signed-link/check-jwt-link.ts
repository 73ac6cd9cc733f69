import { createHash } from 'node:crypto'
import { createLocalJWKSet, errors, type JWTPayload, type JWTVerifyGetKey, jwtVerify } from 'jose'
import { BrokerError } from '#core/errors.ts'
import type { SignedLinkScheme } from '#core/registry/sign-on-scheme.ts'
import type { Secret } from '#core/secret.ts'
import type { EpochSeconds } from '#core/time.ts'
import { type CheckedLink, LINK_SKEW_SECONDS, refusedLink } from './checked-link.ts'

type JwtLink = Extract<SignedLinkScheme['link'], { format: 'jwt' }>

const SYMMETRIC = ['HS256', 'HS384', 'HS512']
const ASYMMETRIC = ['RS256', 'RS384', 'PS256', 'PS384', 'ES256', 'ES384']

/** What a JWT of the connection may be signed with. */
export interface LinkKeys {
  /** Of a connection with a secret; two may live at once. */
  readonly secrets: readonly Secret[]
  /** The keys at an EHR's address. */
  readonly keysAt: (jwksUri: string) => JWTVerifyGetKey
}

/**
 * Checks a link that has a JWT: signature, issuer, audience, and a life within the window. The
 * algorithm follows from the kind of key that is registered, and never from the JWT.
 *
 * @throws BrokerError `link_invalid`, `link_expired`, `authorization_server_unavailable` (the key set)
 * @see [RFC 8725](https://www.rfc-editor.org/rfc/rfc8725.html) JWT best current practices
 */
export async function checkJwtLink(
  jwt: string,
  link: JwtLink,
  keys: LinkKeys,
  { windowSeconds, now }: { readonly windowSeconds: number; readonly now: EpochSeconds },
): Promise<CheckedLink> {
  const payload = await verified(jwt, link, keys, now)
  const { exp = 0, iat, nbf, jti, ...claims } = payload

  const madeAt = iat ?? nbf ?? exp - windowSeconds
  if (madeAt > now + LINK_SKEW_SECONDS) throw refusedLink('link_expired', 'not_yet')
  if (madeAt <= now - windowSeconds) throw refusedLink('link_expired', 'too_old')
  return {
    id: jti ?? contentHash(jwt),
    replayableUntil: Math.min(exp, madeAt + windowSeconds) + LINK_SKEW_SECONDS,
    said: (name) => text(Object.hasOwn(claims, name) ? claims[name] : undefined),
  }
}

async function verified(
  jwt: string,
  link: JwtLink,
  keys: LinkKeys,
  now: EpochSeconds,
): Promise<JWTPayload> {
  const options = {
    issuer: link.issuer,
    audience: link.audience,
    requiredClaims: ['exp'],
    clockTolerance: LINK_SKEW_SECONDS,
    currentDate: new Date(now * 1000),
  }
  const candidates = candidateKeys(link, keys)
  let refusal: unknown
  for (const { key, algorithms } of candidates) {
    try {
      return (await jwtVerify(jwt, key, { ...options, algorithms })).payload
    } catch (error) {
      if (error instanceof BrokerError) throw error
      refusal = error
      if (!(error instanceof errors.JWSSignatureVerificationFailed)) break
    }
  }
  if (refusal instanceof errors.JWTExpired) throw refusedLink('link_expired', 'exp', refusal)
  const claim = refusal instanceof errors.JWTClaimValidationFailed ? refusal.claim : 'signature'
  throw refusedLink('link_invalid', claim, refusal)
}

function candidateKeys(
  { secretRef, jwks, jwksUri }: JwtLink,
  { secrets, keysAt }: LinkKeys,
): readonly { readonly key: JWTVerifyGetKey; readonly algorithms: string[] }[] {
  if (secretRef !== undefined) {
    return secrets.map((secret) => {
      const bytes = new TextEncoder().encode(secret.reveal())
      return { key: async () => bytes, algorithms: SYMMETRIC }
    })
  }
  const set = jwks && createLocalJWKSet({ keys: jwks.keys })
  const key = set ?? (jwksUri === undefined ? undefined : keysAt(jwksUri))
  return key ? [{ key, algorithms: ASYMMETRIC }] : []
}

/** Without the signature: an ECDSA signature can be written in two ways, what it signs in one. */
function contentHash(jwt: string): string {
  const content = jwt.slice(0, jwt.lastIndexOf('.'))
  return createHash('sha256').update(content).digest('base64url')
}

/** Ids are numbers here and there. */
function text(value: unknown): string | undefined {
  if (typeof value === 'number' && Number.isSafeInteger(value)) return String(value)
  return typeof value === 'string' ? value : undefined
}
