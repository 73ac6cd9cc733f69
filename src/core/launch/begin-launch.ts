import { generateRandomCodeVerifier, generateRandomNonce, generateRandomState } from 'oauth4webapi'
import type {
  AuthorizationServerMetadata,
  Discovery,
} from '#core/discovery/authorization-server.ts'
import { BrokerError } from '#core/errors.ts'
import type { EventLog } from '#core/event-log.ts'
import type { SignOnKeys } from '#core/logout/sign-on-key.ts'
import { launchScopes } from '#core/oauth/authority-scopes.ts'
import { DPOP_ALGORITHM, mintDpopKey } from '#core/oauth/dpop-proofs.ts'
import type { Connection, Registry } from '#core/registry/registry.ts'
import { Secret } from '#core/secret.ts'
import type { AssertedFacts } from '#core/sign-on/asserted-facts.ts'
import type { EpochSeconds } from '#core/time.ts'
import { profileOf } from '#core/vendors/profile-of.ts'
import { authorizationRequest } from './authorization-request.ts'
import { type MintedBinding, mintBinding, WEAK_LIFETIME_SECONDS } from './browser-binding.ts'
import { checkResponseModes } from './check-response-modes.ts'
import { findLaunchConnection } from './find-launch-connection.ts'
import { findStandaloneConnection, standaloneScopes } from './find-standalone-connection.ts'
import { launchIdOf } from './launch-id.ts'
import type { BrowserBinding, OneTimeStore } from './one-time-store.ts'
import type { LaunchClear, LaunchSecrets } from './pending-launch.ts'
import { type PushRequestDeps, pushRequest, takesPushedRequests } from './push-request.ts'
import { redirectUriOf } from './redirect-uri.ts'
import { bearerHash, sealUnder } from './seal-under.ts'

/** Time enough to sign in with a second factor, and little enough to bound replay. */
const LAUNCH_LIFETIME_SECONDS = 600

export interface LaunchRequest {
  /** The last segment of the launch address: a connection's id or an app's. */
  readonly key: string
  /** FHIR base URL of the EHR that is launching the app. */
  readonly iss?: string
  /** The EHR's opaque handle for this launch, passed on unread; absent, the launch is standalone. */
  readonly launch?: string
}

/** What a launch begins with, when its connection is known. */
export interface LaunchStart {
  readonly iss?: string | undefined
  readonly launch?: string | undefined
  /** The connection is the provider of another's sign-on (`providerConnection`). */
  readonly signsOn?: true
  /** Who signed on before, by a scheme that brings no tokens: this launch is for FHIR alone. */
  readonly signedOn?: AssertedFacts
  /** By which a logout at that sign-on's provider finds the session. */
  readonly signOnKeys?: SignOnKeys
  /** The end of the person's session at that provider. */
  readonly signOnEndsAt?: EpochSeconds
  /** What binds the browser in place of a cookie, which it does not keep. */
  readonly weakBinding?: BrowserBinding
}

export interface BeginLaunchDeps extends PushRequestDeps {
  readonly registry: Registry
  readonly discovery: Discovery
  readonly launches: OneTimeStore<LaunchClear>
  /** The common redirect URI, `{base}/redirect`. */
  readonly redirectUri: string
  readonly log: EventLog
}

/** Longer addresses are cut by some servers, proxies and embedded browsers. */
const LONGEST_ADDRESS = 2_000

/** Where to send the browser, how, and the cookie that ties the launch to it. */
export interface AuthorizationRedirect {
  readonly url: URL
  /** The same as a form to post, where the address is long and the server takes one (SM-30). */
  readonly form?: {
    readonly endpoint: string
    readonly parameters: Readonly<Record<string, string>>
  }
  /** Absent where the launch is bound without a cookie. */
  readonly binding?: MintedBinding
}

/**
 * The connection that is to be launched. Without `launch` it is a standalone launch.
 *
 * @throws BrokerError `launch_key_unknown`, `launch_issuer_unknown`, `launch_parameter_invalid`
 */
export function connectionToLaunch(
  { key, iss, launch }: LaunchRequest,
  registry: Registry,
): Promise<Connection> {
  return launch === undefined
    ? findStandaloneConnection(key, iss, registry)
    : findLaunchConnection(key, iss, registry)
}

/**
 * Starts a launch: remembers it, and builds the authorization request that carries it on. Without
 * `launch` it is a standalone launch, which asks for a patient by scope (SM-07). Where the server takes
 * pushed requests, the browser carries a reference to it only (RFC 9126).
 *
 * @throws BrokerError `discovery_failed`, `authorization_server_unsupported`,
 *   `authorization_server_unavailable`, `authorization_client_refused`
 * @see [SMART App Launch 2.2](https://hl7.org/fhir/smart-app-launch/app-launch.html)
 */
export async function startLaunch(
  connection: Connection,
  { iss, launch, signsOn, weakBinding, ...before }: LaunchStart,
  deps: BeginLaunchDeps,
): Promise<AuthorizationRedirect> {
  const { registry, discovery, launches, redirectUri, log, now } = deps
  const startedAt = performance.now()
  const scopes =
    launch === undefined ? standaloneScopes(launchScopes(connection)) : launchScopes(connection)
  const registration = await registry.findRegistration(connection.registration)
  if (!registration) {
    throw new BrokerError('internal_error', {
      detail: { connection: connection.id, reason: 'registration_missing' },
    })
  }
  const server = await discovery(connection, registration.clientId).catch((error: unknown) => {
    throw BrokerError.from(error).about({ connection: connection.id, app: connection.app })
  })
  checkResponseModes(server, connection.id)
  const launchRedirectUri = redirectUriOf(registration, redirectUri)

  const state = generateRandomState()
  const keyHash = bearerHash(new Secret(state))
  const launchId = launchIdOf(keyHash)
  const secrets: LaunchSecrets = {
    ...(profileOf(connection).pkce === 'S256' && { codeVerifier: generateRandomCodeVerifier() }),
    nonce: generateRandomNonce(),
    ...(bindsTokens(server, connection) && { dpopKey: mintDpopKey().reveal() }),
    ...before,
  }
  // `iss` goes on as it was received, byte for byte (SM-21).
  const { parameters: request, asked } = await authorizationRequest({
    connection,
    registration,
    scopes,
    iss: iss ?? connection.fhirBaseUrl,
    ...(launch !== undefined && { launch }),
    redirectUri: launchRedirectUri,
    state,
    secrets,
  })
  const client = { connection, registration }
  const parameters: Readonly<Record<string, string>> = takesPushedRequests(server, client)
    ? {
        client_id: registration.clientId,
        request_uri: await pushRequest(request, server, client, deps),
      }
    : request
  const binding = weakBinding ? undefined : mintBinding(keyHash)
  const { cookieName, cookieHash } = weakBinding ?? (binding as MintedBinding)
  await launches.put(keyHash, {
    browser: { cookieName, cookieHash },
    createdAt: now(),
    expiresAt: now() + (weakBinding ? WEAK_LIFETIME_SECONDS : LAUNCH_LIFETIME_SECONDS),
    sealed: sealUnder(new Secret(state), 'launch', secrets),
    clear: {
      launchId,
      connection: connection.id,
      app: connection.app,
      registration: registration.id,
      redirectUri: launchRedirectUri,
      scopes: asked,
      issuer: server.issuer,
      tokenEndpoint: server.token_endpoint,
      ...(server.jwks_uri && { jwksUri: server.jwks_uri }),
      ...(server.userinfo_endpoint && { userinfoEndpoint: server.userinfo_endpoint }),
      ...(signsOn && { signsOn }),
      issPromised: server.authorization_response_iss_parameter_supported === true,
    },
  })

  // Set one by one: the endpoint may have a query of its own, which must be kept (RFC 6749 §3.1).
  const url = new URL(server.authorization_endpoint)
  for (const [name, value] of Object.entries(parameters)) url.searchParams.set(name, value)

  log.info('launch_begun', {
    launchId,
    connection: connection.id,
    app: connection.app,
    durationMs: Math.round(performance.now() - startedAt),
  })
  const takesPost =
    launch !== undefined &&
    (profileOf(connection).authorizeMethod === 'post-when-long' ||
      server.capabilities?.includes('authorize-post'))
  const form = { endpoint: server.authorization_endpoint, parameters }
  return {
    url,
    ...(binding && { binding }),
    ...(takesPost && url.href.length > LONGEST_ADDRESS && { form }),
  }
}

function bindsTokens(
  { dpop_signing_alg_values_supported: algorithms }: AuthorizationServerMetadata,
  connection: Connection,
): boolean {
  return (
    profileOf(connection).dpop === 'by-discovery' && (algorithms?.includes(DPOP_ALGORITHM) ?? false)
  )
}
