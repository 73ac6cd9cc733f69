import {
  type AuthorizationServer,
  authorizationCodeGrantRequest,
  type Client,
  nopkce,
  validateAuthResponse,
} from 'oauth4webapi'
import type { Egress } from '#core/egress.ts'
import { BrokerError } from '#core/errors.ts'
import {
  type ClientAtEhr,
  type ClientAuthenticationDeps,
  clientAuthentication,
} from '#core/oauth/client-authentication.ts'
import { provingEgress, withDpopNonce } from '#core/oauth/dpop-egress.ts'
import type { DpopProofs } from '#core/oauth/dpop-proofs.ts'
import { requestOptions } from '#core/oauth/request-options.ts'
import { readTokenAnswer, type TokenAnswer } from '#core/oauth/token-answer.ts'
import { trySecrets } from '#core/oauth/try-secrets.ts'
import type { Registration } from '#core/registry/registry.ts'
import type { Secret } from '#core/secret.ts'
import { profileOf } from '#core/vendors/profile-of.ts'
import type { VendorBehavior } from '#core/vendors/vendor-profile.ts'
import type { TakenLaunch } from './take-launch.ts'

/** The token endpoint's share of the 29 seconds that a redirect has. */
const TOKEN_TIMEOUT_MS = 8_000

/** Tokens that are JWTs with every scope in them are large; nothing honest is larger. */
const MAX_TOKEN_BYTES = 256 * 1024

export interface RedeemCodeDeps extends ClientAuthenticationDeps {
  readonly egress: Egress
}

/** What the tokens of a launch are to be bound to, where its server does that. */
export interface TokenBinding {
  readonly dpopKey: Secret | undefined
  readonly proofs: DpopProofs
}

/** The authorization server that a launch went to, as its row remembers it. */
export function launchServer(
  { issuer, tokenEndpoint, jwksUri }: TakenLaunch,
  { idTokenAlgorithms }: VendorBehavior,
): AuthorizationServer {
  return {
    issuer,
    token_endpoint: tokenEndpoint,
    ...(jwksUri && { jwks_uri: jwksUri }),
    id_token_signing_alg_values_supported: [...idTokenAlgorithms],
  }
}

/** The client that a registration is at its authorization server. */
export function oauthClient({ clientId }: Registration): Client {
  return { client_id: clientId }
}

/**
 * Sends the code to the token endpoint of the launch, on a fresh connection and once: a code that
 * may have arrived is never sent again (OA-05). Only `invalid_client` leaves it unspent, and then
 * another secret is tried, and `use_dpop_nonce`, after which it is sent once more.
 *
 * @returns the answer as it came, for the checks that follow
 * @throws BrokerError `authorization_server_unavailable`
 * @see [RFC 6749 §4.1.3](https://www.rfc-editor.org/rfc/rfc6749.html#section-4.1.3)
 */
export async function redeemCode(
  parameters: URLSearchParams,
  launch: TakenLaunch,
  client: ClientAtEhr,
  { dpopKey, proofs }: TokenBinding,
  deps: RedeemCodeDeps,
): Promise<TokenAnswer> {
  const egress = provingEgress(deps.egress, dpopKey, proofs)
  return trySecrets(
    client.registration,
    deps.secrets,
    (secret) => withDpopNonce(() => post(parameters, launch, client, secret, { ...deps, egress })),
    (answer) => answer.kind === 'error' && answer.error.code === 'invalid_client',
  )
}

async function post(
  parameters: URLSearchParams,
  launch: TakenLaunch,
  clientAtEhr: ClientAtEhr,
  secret: Secret | undefined,
  deps: RedeemCodeDeps,
): Promise<TokenAnswer> {
  const profile = profileOf(clientAtEhr.connection)
  const server = launchServer(launch, profile)
  const client = oauthClient(clientAtEhr.registration)
  try {
    const response = await authorizationCodeGrantRequest(
      server,
      client,
      clientAuthentication(clientAtEhr, secret, deps),
      validateAuthResponse(server, client, withoutFrontChannel(parameters, profile), launch.state),
      launch.redirectUri,
      launch.codeVerifier ?? nopkce,
      requestOptions(deps.egress, {
        timeoutMs: TOKEN_TIMEOUT_MS,
        maxBytes: MAX_TOKEN_BYTES,
        hosts: [new URL(launch.tokenEndpoint).host],
      }),
    )
    return await readTokenAnswer(response, profile)
  } catch (error) {
    if (!(error instanceof BrokerError) || !error.code.startsWith('upstream_')) throw error
    throw new BrokerError('authorization_server_unavailable', {
      cause: error,
      detail: { ...error.detail, reason: error.code },
    })
  }
}

/** An ID token beside the code is not used, where one was asked for: the token endpoint's is. */
function withoutFrontChannel(
  parameters: URLSearchParams,
  { responseType }: VendorBehavior,
): URLSearchParams {
  if (responseType === 'code') return parameters
  return new URLSearchParams([...parameters].filter(([name]) => name !== 'id_token'))
}
