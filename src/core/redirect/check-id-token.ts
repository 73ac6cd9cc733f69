import { decodeJwt } from 'jose'
import {
  expectNoNonce,
  getValidatedIdTokenClaims,
  type IDToken,
  OperationProcessingError,
  processAuthorizationCodeResponse,
} from 'oauth4webapi'
import type { Egress } from '#core/egress.ts'
import { BrokerError } from '#core/errors.ts'
import type { ClientAtEhr } from '#core/oauth/client-authentication.ts'
import type { TokenGrant } from '#core/oauth/token-grant.ts'
import type { Clock } from '#core/time.ts'
import { profileOf } from '#core/vendors/profile-of.ts'
import type { IdTokenKeys } from './id-token-keys.ts'
import { isIdTokenType } from './id-token-type.ts'
import { isAcceptedIssuer } from './issuer-alias.ts'
import { keysOfIssuer } from './keys-of-issuer.ts'
import { launchServer, oauthClient } from './redeem-code.ts'
import type { TakenLaunch } from './take-launch.ts'

/** OpenID Connect leaves the age of an ID token open; one that is older than its launch is a replay. */
const OLDEST_ID_TOKEN_SECONDS = 600

export interface CheckIdTokenDeps {
  readonly egress: Egress
  readonly keys: IdTokenKeys
  readonly now: Clock
}

/**
 * Checks a grant's ID token as OpenID Connect Core §3.1.3.7 says, its signature included, which the
 * library leaves out on the code flow. Without the `openid` scope no ID token is asked for, and one that
 * comes is not looked at; nor is one of a vendor whose ID tokens cannot be checked.
 *
 * @throws BrokerError `id_token_invalid`, `authorization_server_unavailable` (the key set)
 * @see [OpenID Connect Core §3.1.3.7](https://openid.net/specs/openid-connect-core-1_0.html#IDTokenValidation)
 */
export async function checkIdToken(
  grant: TokenGrant,
  launch: TakenLaunch,
  { registration, connection }: ClientAtEhr,
  { egress, keys, now }: CheckIdTokenDeps,
): Promise<IDToken | undefined> {
  const profile = profileOf(connection)
  if (profile.idToken === 'ignored' || !launch.scopes.includes('openid')) return undefined

  const claimed = unverified(grant.idToken)
  const { iss } = claimed
  const issuer =
    typeof iss === 'string' &&
    isAcceptedIssuer(iss, {
      issuer: launch.issuer,
      fhirBaseUrl: connection.fhirBaseUrl,
      aliases: profile.issuerAliases,
      tenant: claimed['tid'],
    })
      ? iss
      : launch.issuer
  const hosts = [new URL(connection.fhirBaseUrl).host, ...connection.endpointHosts]
  const answer = Response.json({
    access_token: 'checked-already',
    token_type: 'bearer',
    id_token: grant.idToken,
  })

  try {
    const server = {
      ...launchServer(launch, profile),
      issuer,
      ...(profile.idTokenKeys === 'token-issuer' && (await keysOfIssuer(issuer, hosts, egress))),
    }
    const response = await processAuthorizationCodeResponse(
      server,
      oauthClient(registration),
      answer,
      {
        expectedNonce:
          profile.nonce === 'checked' || claimed['nonce'] !== undefined
            ? launch.nonce
            : expectNoNonce,
        requireIdToken: true,
      },
    )
    await keys.check(server, answer, hosts)

    if (!isIdTokenType(response.id_token)) throw refused(launch, 'typ')

    const idToken = getValidatedIdTokenClaims(response)
    if (!idToken) throw refused(launch, 'missing')
    if (Array.isArray(idToken.aud) && idToken.aud.length > 1) throw refused(launch, 'aud')
    if (idToken.iat < now() - OLDEST_ID_TOKEN_SECONDS) throw refused(launch, 'iat')
    return idToken
  } catch (error) {
    if (error instanceof BrokerError) throw error
    throw refused(launch, claimAtFault(error), error)
  }
}

/** Claims that say which of the accepted issuers, and whether a nonce, are to be checked for. */
function unverified(idToken: string | undefined): Readonly<Record<string, unknown>> {
  try {
    return idToken === undefined ? {} : decodeJwt(idToken)
  } catch {
    return {}
  }
}

function refused({ launchId, connection }: TakenLaunch, claim?: string, cause?: unknown) {
  return new BrokerError('id_token_invalid', {
    cause,
    detail: { launchId, connection, ...(claim && { parameter: claim }) },
  })
}

/** The name of the claim that the library refused; never its value. */
function claimAtFault(error: unknown): string | undefined {
  if (!(error instanceof OperationProcessingError)) return undefined
  const { cause } = error
  return typeof cause === 'object' && cause !== null && 'claim' in cause
    ? String(cause.claim)
    : undefined
}
