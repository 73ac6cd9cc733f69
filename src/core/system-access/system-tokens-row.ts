import { createHash, hkdfSync } from 'node:crypto'
import { mintPagingKey } from '#core/fhir/page-link.ts'
import { systemScopes } from '#core/oauth/authority-scopes.ts'
import type { Connection } from '#core/registry/registry.ts'
import { Secret } from '#core/secret.ts'
import type { Session } from '#core/session/session-store.ts'
import type { EpochSeconds } from '#core/time.ts'
import type { TokenVault } from '#core/tokens/token-vault.ts'

/** A row serves the sessions of one day, so that none has to be brought back to life. */
const DAY_SECONDS = 86_400

/** A request may still be about yesterday's row. */
const GRACE_SECONDS = 3_600

/** Not of the form that a SessionID's hash has: nobody can name such a row as a session. */
const SUFFIX = '.system'

/** The key of the row that has a connection's own tokens, for these scopes, on this day. */
export function systemTokensId(
  { id, scopes }: Pick<Connection, 'id' | 'scopes'>,
  now: EpochSeconds,
): string {
  const parts = JSON.stringify([id, [...systemScopes(scopes)].sort(), dayOf(now)])
  return createHash('sha256').update(parts).digest('base64url') + SUFFIX
}

/** Whether a row holds a connection's own tokens, and is no person's session. */
export function isSystemTokens(id: string): boolean {
  return id.endsWith(SUFFIX)
}

/**
 * A row of tokens that are due at once: whoever needs them first gets them, under the lease that all
 * renewals have. They are renewed on demand alone, and nobody ever uses the row as a session.
 */
export async function newSystemTokens(
  connection: Connection,
  server: { readonly tokenEndpoint: string; readonly issuer: string },
  { vault, now }: { readonly vault: TokenVault; readonly now: EpochSeconds },
): Promise<Session> {
  const id = systemTokensId(connection, now)
  const tokenVersion = 1
  return {
    id,
    app: connection.app,
    connection: connection.id,
    launchId: id.slice(0, 8),
    status: 'active',
    scopes: systemScopes(connection.scopes),
    createdAt: now,
    lastUsedAt: now,
    expiresAt: (dayOf(now) + 1) * DAY_SECONDS + GRACE_SECONDS,
    idleSeconds: 2 * DAY_SECONDS,
    fence: 0,
    tokenVersion,
    sealedTokens: await vault.seal(
      { accessToken: new Secret('none-yet'), ...server, pagingKey: mintPagingKey() },
      { session: id, tokenVersion, connection: connection.id },
    ),
    accessTokenExpiresAt: 0,
    failures: 0,
  }
}

/** The key of one session's paging links, of the key that all have in common. */
export function sessionPagingKey(common: Secret, session: Pick<Session, 'id'>): Secret {
  const key = hkdfSync('sha256', common.reveal(), session.id, 'paging', 32)
  return new Secret(Buffer.from(key).toString('base64url'))
}

function dayOf(now: EpochSeconds): number {
  return Math.floor(now / DAY_SECONDS)
}
