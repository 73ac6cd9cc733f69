import type { IDToken } from 'oauth4webapi'
import { mintPagingKey } from '#core/fhir/page-link.ts'
import { idTokenSignOnKeys, type SignOnKeys } from '#core/logout/sign-on-key.ts'
import type { TokenGrant } from '#core/oauth/token-grant.ts'
import type { Connection } from '#core/registry/registry.ts'
import type { Secret } from '#core/secret.ts'
import { limitOf } from '#core/session/live-session.ts'
import { mintSessionId, sessionKey } from '#core/session/session-id.ts'
import type { Session, SessionStore } from '#core/session/session-store.ts'
import { tokenlessSession } from '#core/session/tokenless-session.ts'
import type { Clock } from '#core/time.ts'
import { renewalPlan } from '#core/tokens/refresh-timing.ts'
import type { TokenVault } from '#core/tokens/token-vault.ts'
import { profileOf } from '#core/vendors/profile-of.ts'
import { wantedMembers } from '#core/vendors/with-members.ts'
import type { TakenLaunch } from './take-launch.ts'

export interface CreateSessionDeps {
  readonly vault: TokenVault
  readonly sessions: SessionStore
  readonly now: Clock
}

/**
 * Seals the tokens and keeps the session under the hash of a SessionID that is minted here, after
 * the code was redeemed, so that nobody could have known it before (session fixation).
 *
 * Where the connection's own access serves FHIR, the person's tokens have served once they have said
 * who it is, and the session has none.
 *
 * The session ends at the connection's absolute limit, or with the person's consent, or with their session where they signed on; without a refresh token already when the
 * access token does.
 */
export async function createSession(
  launch: TakenLaunch,
  connection: Connection,
  grant: Omit<TokenGrant, 'patient'> & { readonly patient: string | undefined },
  signOn: { readonly clientId: string; readonly idToken: IDToken | undefined },
  { vault, sessions, now }: CreateSessionDeps,
): Promise<{ readonly sessionId: Secret; readonly session: Session }> {
  if (connection.fhirAuthority === 'system') {
    const made = tokenlessSession(
      connection,
      {
        launchId: launch.launchId,
        ...(grant.patient && { patient: grant.patient }),
        ...(grant.encounter && { encounter: grant.encounter }),
        signOnKeys: signOnKeysOf(launch, signOn),
      },
      now(),
    )
    await sessions.create(made.session)
    return made
  }
  const sessionId = mintSessionId()
  const id = sessionKey(sessionId)
  const tokenVersion = 1
  const { idToken } = signOn
  const { absoluteSeconds, idleSeconds } = connection.sessionPolicy
  const createdAt = now()
  const absoluteEnd = Math.min(
    createdAt + absoluteSeconds,
    grant.consentExpiresAt ?? Number.POSITIVE_INFINITY,
    launch.signOnEndsAt ?? Number.POSITIVE_INFINITY,
  )

  const members = wantedMembers(profileOf(connection), grant.extras)

  const limits = {
    lastUsedAt: createdAt,
    expiresAt: grant.refreshToken ? absoluteEnd : Math.min(absoluteEnd, grant.expiresAt),
    idleSeconds,
  }

  const session: Session = {
    id,
    app: connection.app,
    connection: connection.id,
    launchId: launch.launchId,
    status: 'active',
    ...(grant.patient && { patient: grant.patient }),
    ...(grant.encounter && { encounter: grant.encounter }),
    scopes: grant.scopes,
    ...(Object.keys(members).length > 0 && { members }),
    createdAt,
    ...limits,
    ...signOnKeysOf(launch, signOn),
    fence: 0,
    tokenVersion,
    sealedTokens: await vault.seal(
      {
        accessToken: grant.accessToken,
        ...(grant.refreshToken && { refreshToken: grant.refreshToken }),
        tokenEndpoint: launch.tokenEndpoint,
        issuer: launch.issuer,
        clientId: signOn.clientId,
        ...(idToken && idToken.iss !== launch.issuer && { idTokenIssuer: idToken.iss }),
        ...(idToken && { subject: idToken.sub }),
        pagingKey: mintPagingKey(),
      },
      { session: id, tokenVersion, connection: connection.id },
    ),
    accessTokenExpiresAt: grant.expiresAt,
    failures: 0,
    ...(grant.refreshToken
      ? renewalPlan(
          { id, scopes: grant.scopes, ...limits },
          {
            issuedAt: createdAt,
            expiresAt: grant.expiresAt,
            marginSeconds: profileOf(connection).refreshMarginSeconds,
          },
        )
      : { dueAt: limitOf(limits) }),
  }
  await sessions.create(session)
  return { sessionId, session }
}

function signOnKeysOf(
  { signOnKeys: before }: TakenLaunch,
  { clientId, idToken }: { readonly clientId: string; readonly idToken: IDToken | undefined },
): SignOnKeys {
  // Who signed on elsewhere signs off there.
  if (before) return before
  return idToken ? idTokenSignOnKeys(clientId, idToken) : {}
}
