import { createHash, randomBytes } from 'node:crypto'
import type { IncomingMessage } from 'node:http'
import { calculateJwkThumbprint, EmbeddedJWK, type JWK, jwtVerify } from 'jose'
import Provider, { type ClientMetadata, type Configuration } from 'oidc-provider'
import { createMemoryAdapter } from 'oidc-provider/lib/adapters/memory_adapter.js'
import { type LoopbackServer, readBody, serve } from './http-server.ts'

/** A server that signs people on, with a FHIR resource behind its tokens. */
export interface PlainServer extends LoopbackServer {
  readonly issuer: string
  readonly fhirBaseUrl: string
  /** Parameters of the token requests it got. */
  readonly tokenRequests: readonly URLSearchParams[]
  /** From now on no access token that was issued so far is good. */
  endAccessTokens(): void
  /** From now on it signs by this key alone, and publishes no other. */
  signBy?(key: JWK): void
  /** Thumbprints of the keys that its codes were bound to; none of one that was not (RFC 9449 §10). */
  readonly codeKeys?: readonly (string | undefined)[]
  /** Schemes of the `Authorization` that FHIR requests came with. */
  readonly fhirSchemes?: readonly string[]
}

const RESOURCE_NONCE = 'nonce-of-the-fhir-server'

/**
 * oidc-provider as it comes: its own scopes, claims, pages and rules. It knows nothing of FHIR or of
 * SMART.
 */
export async function startPlainProvider(
  client: ClientMetadata,
  configuration: Configuration = {},
): Promise<PlainServer> {
  let provider: Provider | undefined
  let ended = 0
  const issuedAt = new Map<string, number>()
  const fhirSchemes: string[] = []
  const server = await serve(async (request, response) => {
    if (request.url?.startsWith('/fhir/')) {
      const [scheme = '', token = ''] = `${request.headers.authorization}`.split(' ')
      fhirSchemes.push(scheme)
      const found = await provider?.AccessToken.find(token)
      const proof = found?.jkt && (await judgeProof(request, server.origin, token, found.jkt))
      if (proof === 'use_dpop_nonce') {
        return response
          .writeHead(401, {
            'dpop-nonce': RESOURCE_NONCE,
            'www-authenticate': `DPoP error="${proof}"`,
          })
          .end()
      }
      const generation = issuedAt.get(token) ?? ended
      issuedAt.set(token, generation)
      const isGood =
        found && generation >= ended && (found.jkt ? proof === 'good' : scheme === 'Bearer')
      return response
        .writeHead(isGood ? 200 : 401, { 'content-type': 'application/fhir+json' })
        .end(JSON.stringify({ resourceType: 'Patient', id: '1' }))
    }
    return provider?.callback()(request, response)
  })
  const settings: Configuration = {
    clients: [client],
    adapter: createMemoryAdapter(0),
    cookies: { keys: [randomBytes(32).toString('base64url')] },
    // Without the guard against loopback addresses, which is where everybody is here; and without its
    // few seconds' limit, which a cold start on a busy machine is not held to.
    fetch: (url, { method = 'GET', headers = {}, body = null } = {}) =>
      fetch(url, { method, headers, body }),
    ...configuration,
  }
  const tokenRequests: URLSearchParams[] = []
  const note = ({ oidc }: { readonly oidc?: { readonly params?: unknown } | undefined }) => {
    tokenRequests.push(new URLSearchParams(Object.entries({ ...(oidc?.params as object) })))
  }
  const codeKeys: (string | undefined)[] = []
  /** Another one goes on with what the adapter keeps. */
  const startWith = (keys: Configuration) => {
    provider = new Provider(server.origin, { ...settings, ...keys })
    provider.on('authorization_code.saved', (code) => void codeKeys.push(code.dpopJkt))
    provider.on('grant.success', note)
    provider.on('grant.error', (context, error) => {
      // Turned back for the nonce that the server wants by now, before its code or token was looked at.
      if (error.error !== 'use_dpop_nonce') note(context)
    })
  }
  startWith({})
  return {
    ...server,
    issuer: server.origin,
    fhirBaseUrl: `${server.origin}/fhir`,
    tokenRequests,
    codeKeys,
    fhirSchemes,
    endAccessTokens: () => {
      ended += 1
    },
    signBy: (key) => startWith({ jwks: { keys: [key] } }),
  }
}

/**
 * A server of RFC 6749 and nothing since: two endpoints, opaque tokens, and an address that says who a
 * token is of. It publishes nothing and signs nothing.
 */
export async function startPlainOauth(): Promise<PlainServer> {
  const codes = new Set<string>()
  const good = new Set<string>()
  const refreshTokens = new Set<string>()
  const tokenRequests: URLSearchParams[] = []
  const fresh = (kept: Set<string>) => {
    const value = randomBytes(12).toString('hex')
    kept.add(value)
    return value
  }

  const server = await serve(async (request, response) => {
    const url = new URL(request.url ?? '/', server.origin)
    const json = (status: number, body: unknown) =>
      response.writeHead(status, { 'content-type': 'application/json' }).end(JSON.stringify(body))
    const isGood = good.has(`${request.headers.authorization}`.replace('Bearer ', ''))

    if (url.pathname === '/authorize') {
      const back = new URL(url.searchParams.get('redirect_uri') ?? '')
      back.searchParams.set('code', fresh(codes))
      back.searchParams.set('state', url.searchParams.get('state') ?? '')
      return response.writeHead(302, { location: back.href }).end()
    }
    if (url.pathname === '/token') {
      const sent = new URLSearchParams(await readBody(request))
      tokenRequests.push(sent)
      const isKnown =
        codes.delete(sent.get('code') ?? '') ||
        refreshTokens.delete(sent.get('refresh_token') ?? '')
      return isKnown
        ? json(200, {
            access_token: fresh(good),
            token_type: 'bearer',
            refresh_token: fresh(refreshTokens),
          })
        : json(400, { error: 'invalid_grant' })
    }
    if (url.pathname === '/api/me') {
      return isGood
        ? json(200, { data: { id: 4_711, profile: { display: 'Maren Lindqvist' } } })
        : json(401, {})
    }
    if (url.pathname.startsWith('/fhir/')) {
      return json(isGood ? 200 : 401, { resourceType: 'Patient', id: '1' })
    }
    return json(404, {})
  })
  return {
    ...server,
    issuer: server.origin,
    fhirBaseUrl: `${server.origin}/fhir`,
    tokenRequests,
    endAccessTokens: () => good.clear(),
  }
}

/** Whether a proof is of this request, this token and its key (RFC 9449 §4.3, §7.1). */
async function judgeProof(
  { method, url, headers }: IncomingMessage,
  origin: string,
  token: string,
  jkt: string,
): Promise<'good' | 'bad' | 'use_dpop_nonce'> {
  const proof = `${headers['dpop']}`
  const { payload, protectedHeader } = await jwtVerify(proof, EmbeddedJWK, { typ: 'dpop+jwt' })
  if (payload['nonce'] !== RESOURCE_NONCE) return 'use_dpop_nonce'
  const isRight =
    headers.authorization?.startsWith('DPoP ') &&
    (await calculateJwkThumbprint(protectedHeader.jwk as JWK)) === jkt &&
    payload['htm'] === method &&
    payload['htu'] === `${origin}${url?.split('?')[0]}` &&
    payload['ath'] === createHash('sha256').update(token).digest('base64url')
  return isRight ? 'good' : 'bad'
}
