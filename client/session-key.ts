import { base64url } from 'jose'

/** How events name the session of a SessionID: its SHA-256, base64url. No credential. */
export async function sessionKey(sessionId: string): Promise<string> {
  const digest = await crypto.subtle.digest('SHA-256', new TextEncoder().encode(sessionId))
  return base64url.encode(new Uint8Array(digest))
}
