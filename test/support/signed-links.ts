import { createHmac } from 'node:crypto'
import { SignJWT } from 'jose'

type Parameters = Readonly<Record<string, string>>

/** A query with its HMAC-SHA-256 behind it, in hex. */
export function hmacQuery(secret: string, parameters: Parameters): string {
  return withSignature(secret, new URLSearchParams(parameters).toString())
}

/** Any text with its HMAC behind it, as the EHR would sign it. */
export function withSignature(secret: string, query: string): string {
  return `${query}&sig=${createHmac('sha256', secret).update(query).digest('hex')}`
}

/** A JWT under a secret, good for two minutes unless the claims say otherwise. */
export function linkJwt(
  secret: string,
  now: number,
  claims: Readonly<Record<string, unknown>> = {},
): Promise<string> {
  return new SignJWT({
    iss: 'https://ehr.general.example',
    aud: 'sallyport',
    sub: 'user-8841',
    iat: now,
    exp: now + 120,
    jti: 'link-1',
    ...claims,
  })
    .setProtectedHeader({ alg: 'HS256', typ: 'JWT' })
    .sign(new TextEncoder().encode(secret))
}
