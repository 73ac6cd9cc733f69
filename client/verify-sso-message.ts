import { errors, type JWTPayload, type JWTVerifyGetKey, jwtVerify } from 'jose'
import { ClientError } from './client-error.ts'
import { hasSession, isSignOnMessage, type SignOnMessage, type SsoMessage } from './sso-message.ts'

/** Whose messages are taken, and which. */
export type SsoTrust = {
  /** Id of the app's SSO destination: the token's `aud`. */
  readonly audience: string
  /** Id of the one source that is expected: the token's `iss`. Any, when absent. */
  readonly issuer?: string
  /**
   * Whether sign-ons without a session are taken too, as connections for signing on only
   * (`fhirAuthority` of `none`) send them. The message's type then says that there may be none.
   *
   * @default 'required'
   */
  readonly session?: 'required' | 'optional'
} & (
  | {
      /** Shared with the broker, as it was typed; two while it is being replaced. */
      readonly secret: string | readonly [string, ...string[]]
    }
  | {
      /** The broker's public keys, from jose's `createRemoteJWKSet` or `createLocalJWKSet`. */
      readonly jwks: JWTVerifyGetKey
    }
)

export interface VerifiedSsoMessage<Message extends SignOnMessage = SsoMessage> {
  readonly message: Message
  /** The token's claims; its `jti` names the message. */
  readonly claims: JWTPayload
}

/** A request whose body a framework has read already. */
interface ReceivedMessage {
  /** The header's whole value. */
  readonly authorization: string | undefined
  /** As text, or parsed. */
  readonly body: unknown
}

/**
 * Takes an SSO message: the token proves that the broker sent it to this app just now, the body
 * says who signed on and on whom. The body is not signed: it is as trustworthy as the TLS that it
 * came over, and only its subject is held against the token.
 *
 * @throws ClientError `token_missing`, `token_invalid`, `token_expired`, `subject_mismatch`,
 * `message_invalid`
 */
export async function verifySsoMessage(
  received: Request | ReceivedMessage,
  trust: SsoTrust & { readonly session?: 'required' },
): Promise<VerifiedSsoMessage>
export async function verifySsoMessage(
  received: Request | ReceivedMessage,
  trust: SsoTrust,
): Promise<VerifiedSsoMessage<SignOnMessage>>
export async function verifySsoMessage(
  received: Request | ReceivedMessage,
  trust: SsoTrust,
): Promise<VerifiedSsoMessage<SignOnMessage>> {
  const isRequest = received instanceof Request
  const authorization = isRequest ? received.headers.get('authorization') : received.authorization
  const [, token] = /^Bearer (\S+)$/i.exec(authorization ?? '') ?? []
  if (token === undefined) {
    throw new ClientError('token_missing', 'The request has no bearer token')
  }
  const claims = await verifiedClaims(token, trust)

  const message = parsed(isRequest ? await received.text() : received.body)
  if (!isSignOnMessage(message)) {
    throw new ClientError('message_invalid', 'The body is not an SSO message')
  }
  if (trust.session !== 'optional' && !hasSession(message)) {
    throw new ClientError('message_invalid', 'The sign-on has no session')
  }
  if (message.Subject !== claims.sub) {
    throw new ClientError('subject_mismatch', 'Token and body are not about the same person')
  }
  return { message, claims }
}

async function verifiedClaims(token: string, trust: SsoTrust): Promise<JWTPayload> {
  const { audience, issuer } = trust
  const common = { audience, ...(issuer && { issuer }), requiredClaims: ['exp', 'sub'] }
  try {
    if ('jwks' in trust) {
      const algorithms = ['RS256', 'RS384', 'ES256', 'ES384']
      return (await jwtVerify(token, trust.jwks, { ...common, algorithms })).payload
    }
    const options = { ...common, algorithms: ['HS256'] }
    const [secret, ...others] = typeof trust.secret === 'string' ? [trust.secret] : trust.secret
    for (const candidate of [secret, ...others].slice(0, -1)) {
      const claims = await ifSigned(jwtVerify(token, bytes(candidate), options))
      if (claims) return claims
    }
    return (await jwtVerify(token, bytes(others.at(-1) ?? secret), options)).payload
  } catch (error) {
    throw error instanceof errors.JWTExpired
      ? new ClientError('token_expired', 'The token has expired')
      : new ClientError('token_invalid', 'The token is not valid here')
  }
}

/** The claims; `undefined` when another secret may be the right one. */
async function ifSigned(
  verifying: Promise<{ readonly payload: JWTPayload }>,
): Promise<JWTPayload | undefined> {
  try {
    return (await verifying).payload
  } catch (error) {
    if (error instanceof errors.JWSSignatureVerificationFailed) return undefined
    throw error
  }
}

function bytes(secret: string): Uint8Array {
  // An empty one would verify what anybody signs.
  if (secret === '') throw new TypeError('The secret is empty')
  return new TextEncoder().encode(secret)
}

function parsed(body: unknown): unknown {
  if (typeof body !== 'string') return body
  try {
    return JSON.parse(body)
  } catch {
    return undefined
  }
}
