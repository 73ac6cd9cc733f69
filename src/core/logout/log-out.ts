import { decodeJwt, type JWTVerifyGetKey } from 'jose'
import type { Discovery } from '#core/discovery/authorization-server.ts'
import type { Egress } from '#core/egress.ts'
import { BrokerError } from '#core/errors.ts'
import { isAcceptedIssuer } from '#core/redirect/issuer-alias.ts'
import { keysOfIssuer } from '#core/redirect/keys-of-issuer.ts'
import { launchedConnection } from '#core/registry/provider-connection.ts'
import type { Connection, Registry } from '#core/registry/registry.ts'
import type { ReplayStore } from '#core/replay-store.ts'
import type { Clock } from '#core/time.ts'
import { profileOf } from '#core/vendors/profile-of.ts'
import { type EndSignedOnDeps, endSignedOn, type SignedOnSession } from './end-signed-on.ts'
import { type SignOnKeys, signOnKeys } from './sign-on-key.ts'
import { verifyLogoutToken } from './verify-logout-token.ts'

/** Finds sessions by the sign-on that they came of. */
export interface SignedOnSessions {
  /** Those that nobody has ended, of this `sid`; without one, of this subject. */
  find(keys: SignOnKeys): Promise<readonly SignedOnSession[]>
}

export interface LogOutDeps extends EndSignedOnDeps {
  readonly registry: Registry
  readonly discovery: Discovery
  readonly egress: Egress
  /** The keys at a provider's `jwks_uri`. */
  readonly keysAt: (jwksUri: string) => JWTVerifyGetKey
  readonly replays: ReplayStore
  readonly sessions: SignedOnSessions
  readonly now: Clock
}

/**
 * OpenID Connect back-channel logout: the provider itself says that a person has signed off, and
 * their sessions end.
 *
 * @throws BrokerError `logout_request_invalid`, `logout_token_invalid`, `discovery_failed`,
 * `authorization_server_unavailable`
 * @see [Back-Channel Logout 1.0](https://openid.net/specs/openid-connect-backchannel-1_0.html)
 */
export async function backChannelLogOut(
  connectionId: string,
  logoutToken: string | null,
  deps: LogOutDeps,
): Promise<void> {
  const provider = await providerOf(connectionId, deps)
  const { clientId } = provider
  if (!logoutToken) throw invalid(connectionId, 'logout_token')
  const claimed = claimedIssuer(logoutToken)
  const issuer = claimed !== undefined && provider.accepts(claimed) ? claimed : provider.issuer
  const jwksUri = await provider.jwksUriOf(issuer)
  if (!jwksUri) throw invalid(connectionId, 'jwks_uri')

  const token = await verifyLogoutToken(logoutToken, {
    issuer,
    clientId,
    keys: deps.keysAt(jwksUri),
    now: deps.now,
  })
  const found = await deps.sessions.find(signOnKeys({ issuer, clientId, ...token }))
  const isFirst = await deps.replays.markSeen(`logout ${issuer}`, token.jti, token.replayableUntil)
  if (!isFirst) throw new BrokerError('logout_token_invalid', { detail: { parameter: 'jti' } })
  await endSignedOn(found, deps)
}

/**
 * OpenID Connect front-channel logout: the provider's page, in the person's browser, loads this
 * address in a frame. Nothing is signed; whoever knows the `sid` had the ID token, and the worst that
 * they can do by it is to sign the person off.
 *
 * @throws BrokerError `logout_request_invalid`, `discovery_failed`
 * @see [Front-Channel Logout 1.0](https://openid.net/specs/openid-connect-frontchannel-1_0.html)
 */
export async function frontChannelLogOut(
  connectionId: string,
  { iss, sid }: { readonly iss: string | null; readonly sid: string | null },
  deps: LogOutDeps,
): Promise<void> {
  const { accepts, clientId } = await providerOf(connectionId, deps)
  if (iss === null || !accepts(iss)) throw invalid(connectionId, 'iss')
  if (!sid) throw invalid(connectionId, 'sid')
  await endSignedOn(await deps.sessions.find(signOnKeys({ issuer: iss, clientId, sid })), deps)
}

/**
 * The provider that may speak at this address, under the names that its ID tokens may have (the
 * profile's `issuerAliases`), and the client that it knows us as.
 */
async function providerOf(connectionId: string, { registry, discovery, egress }: LogOutDeps) {
  const found = await registry.findSignOnConnection(connectionId)
  const connection = found && launchedConnection(found)
  const registration = connection && (await registry.findRegistration(connection.registration))
  if (!connection || !registration) throw invalid(connectionId, 'connection')
  const { issuer, jwks_uri } = await discovery(connection, registration.clientId)
  const { issuerAliases: aliases, idTokenKeys } = profileOf(connection)
  const { fhirBaseUrl } = connection
  return {
    issuer,
    clientId: registration.clientId,
    accepts: (iss: string) => isAcceptedIssuer(iss, { issuer, fhirBaseUrl, aliases }),
    jwksUriOf: async (iss: string) =>
      idTokenKeys === 'token-issuer'
        ? (await keysOfIssuer(iss, hostsOf(connection), egress)).jwks_uri
        : jwks_uri,
  }
}

function hostsOf({ fhirBaseUrl, endpointHosts }: Connection): readonly string[] {
  return [new URL(fhirBaseUrl).host, ...endpointHosts]
}

/** Says which of the provider's names is to be checked for; nothing is proved by it. */
function claimedIssuer(logoutToken: string): string | undefined {
  try {
    return decodeJwt(logoutToken).iss
  } catch {
    return undefined
  }
}

function invalid(connection: string, parameter: string): BrokerError {
  return new BrokerError('logout_request_invalid', { detail: { connection, parameter } })
}
