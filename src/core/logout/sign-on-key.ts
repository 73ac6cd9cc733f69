import { createHash } from 'node:crypto'
import type { IDToken } from 'oauth4webapi'

/** A sign-on at an OpenID provider, as its ID token tells of it. */
export interface SignOn {
  readonly issuer: string
  /** The client at that provider: what one provider calls two clients' users may be the same. */
  readonly clientId: string
  /** `sid`: the person's session at the provider, if it says one. */
  readonly sid?: string | undefined
  /** `sub`: the person. */
  readonly subject?: string | undefined
}

/** What of a sign-on a session is found by. Hashes: they say nothing, and no two kinds are alike. */
export interface SignOnKeys {
  readonly sidKey?: string
  readonly subjectKey?: string
}

export function signOnKeys({ issuer, clientId, sid, subject }: SignOn): SignOnKeys {
  return {
    ...(sid !== undefined && { sidKey: hash(['sid', issuer, clientId, sid]) }),
    ...(subject !== undefined && { subjectKey: hash(['sub', issuer, clientId, subject]) }),
  }
}

/**
 * Of whom and of which session at the provider an ID token is; its issuer under the name that it has
 * there, which a logout token will give it too.
 */
export function idTokenSignOnKeys(
  clientId: string,
  { iss: issuer, sub: subject, sid }: Pick<IDToken, 'iss' | 'sub'> & { readonly sid?: unknown },
): SignOnKeys {
  const session = typeof sid === 'string' && sid !== '' ? { sid } : {}
  return signOnKeys({ issuer, clientId, subject, ...session })
}

/** As JSON, so that no two lists are alike. */
function hash(parts: readonly string[]): string {
  return createHash('sha256').update(JSON.stringify(parts)).digest('base64url')
}
