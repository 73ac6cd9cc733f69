import { createHash, randomBytes } from 'node:crypto'
import { Secret } from '#core/secret.ts'

/** A new SessionID: 256 random bits, base64url. */
export function mintSessionId(): Secret {
  return new Secret(randomBytes(32).toString('base64url'))
}

/** The key that a session's row has: SHA-256 of the SessionID, base64url. */
export function sessionKey(sessionId: Secret): string {
  return createHash('sha256').update(sessionId.reveal()).digest('base64url')
}
