import {
  type AuthorizationServer,
  getValidatedIdTokenClaims,
  type IDToken,
  type JWKSCacheInput,
  jwksCache,
  OperationProcessingError,
  processAuthorizationCodeResponse,
  type TokenEndpointResponse,
  validateApplicationLevelSignature,
} from 'oauth4webapi'
import type { Egress } from '#core/egress.ts'
import { BrokerError } from '#core/errors.ts'
import { requestOptions } from '#core/oauth/request-options.ts'
import type { Registration } from '#core/registry/registry.ts'
import type { Clock } from '#core/time.ts'
import { isIdTokenType } from './id-token-type.ts'
import { launchServer, oauthClient } from './redeem-code.ts'
import type { TakenLaunch } from './take-launch.ts'

const JWKS_TIMEOUT_MS = 2_000

/** OpenID Connect leaves the age of an ID token open; one that is older than its launch is a replay. */
const OLDEST_ID_TOKEN_SECONDS = 600

export interface CheckIdTokenDeps {
  readonly egress: Egress
  /** Key sets by their URL, kept between launches; `oauth4webapi` re-reads one on an unknown `kid`. */
  readonly keySets: Map<string, JWKSCacheInput>
  readonly now: Clock
}

export interface CheckedTokens {
  readonly response: TokenEndpointResponse
  readonly idToken?: IDToken
}

/**
 * Checks the token response's ID token as OpenID Connect Core §3.1.3.7 says, its signature
 * included, which the library leaves out on the code flow. Without the `openid` scope no ID token
 * is asked for, and one that comes is not looked at.
 *
 * @throws BrokerError `id_token_invalid`, `authorization_server_unavailable` (the key set)
 * @see [OpenID Connect Core §3.1.3.7](https://openid.net/specs/openid-connect-core-1_0.html#IDTokenValidation)
 */
export async function checkIdToken(
  answer: Response,
  launch: TakenLaunch,
  registration: Registration,
  requestedScopes: readonly string[],
  { egress, keySets, now }: CheckIdTokenDeps,
): Promise<CheckedTokens> {
  const server = launchServer(launch)
  const client = oauthClient(registration)

  try {
    if (!requestedScopes.includes('openid')) {
      return {
        response: await processAuthorizationCodeResponse(
          server,
          client,
          await withoutIdToken(answer),
        ),
      }
    }
    const response = await processAuthorizationCodeResponse(server, client, answer, {
      expectedNonce: launch.nonce,
      requireIdToken: true,
    })
    await checkSignature(server, answer, egress, keySets)

    if (!isIdTokenType(response.id_token)) throw refused(launch, 'typ')

    const idToken = getValidatedIdTokenClaims(response)
    if (!idToken) throw refused(launch, 'missing')
    if (Array.isArray(idToken.aud) && idToken.aud.length > 1) throw refused(launch, 'aud')
    if (idToken.iat < now() - OLDEST_ID_TOKEN_SECONDS) throw refused(launch, 'iat')
    return { response, idToken }
  } catch (error) {
    if (error instanceof BrokerError) throw error
    throw refused(launch, claimAtFault(error), error)
  }
}

async function checkSignature(
  server: AuthorizationServer,
  answer: Response,
  egress: Egress,
  keySets: Map<string, JWKSCacheInput>,
): Promise<void> {
  const jwksUri = server.jwks_uri ?? ''
  const keySet = keySets.get(jwksUri) ?? {}
  keySets.set(jwksUri, keySet)
  try {
    await validateApplicationLevelSignature(server, answer, {
      [jwksCache]: keySet,
      ...requestOptions(egress, {
        timeoutMs: JWKS_TIMEOUT_MS,
        ...(jwksUri && { hosts: [new URL(jwksUri).host] }),
      }),
    })
  } catch (error) {
    if (!(error instanceof BrokerError)) throw error
    throw new BrokerError('authorization_server_unavailable', {
      cause: error,
      detail: { ...error.detail, reason: error.code },
    })
  }
}

async function withoutIdToken(answer: Response): Promise<Response> {
  const { id_token, ...body } = (await answer.json()) as Record<string, unknown>
  return new Response(JSON.stringify(body), { status: answer.status, headers: answer.headers })
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
