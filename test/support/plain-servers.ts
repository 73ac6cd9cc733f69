import { randomBytes } from 'node:crypto'
import Provider, { type ClientMetadata, type Configuration } from 'oidc-provider'
import { type LoopbackServer, readBody, serve } from './http-server.ts'

/** A server that signs people on, with a FHIR resource behind its tokens. */
export interface PlainServer extends LoopbackServer {
  readonly issuer: string
  readonly fhirBaseUrl: string
  /** Parameters of the token requests it got. */
  readonly tokenRequests: readonly URLSearchParams[]
  /** From now on no access token that was issued so far is good. */
  endAccessTokens(): void
}

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
  const server = await serve(async (request, response) => {
    if (request.url?.startsWith('/fhir/')) {
      const token = `${request.headers.authorization}`.replace('Bearer ', '')
      const found = await provider?.AccessToken.find(token)
      const generation = issuedAt.get(token) ?? ended
      issuedAt.set(token, generation)
      const isGood = found && generation >= ended
      return response
        .writeHead(isGood ? 200 : 401, { 'content-type': 'application/fhir+json' })
        .end(JSON.stringify({ resourceType: 'Patient', id: '1' }))
    }
    return provider?.callback()(request, response)
  })
  provider = new Provider(server.origin, {
    clients: [client],
    cookies: { keys: [randomBytes(32).toString('base64url')] },
    // Without the guard against loopback addresses, which is where everybody is here.
    fetch: (url, { headers = {}, signal = null } = {}) => fetch(url, { headers, signal }),
    ...configuration,
  })
  const tokenRequests: URLSearchParams[] = []
  const note = ({ oidc }: { readonly oidc?: { readonly params?: unknown } | undefined }) => {
    tokenRequests.push(new URLSearchParams(Object.entries({ ...(oidc?.params as object) })))
  }
  provider.on('grant.success', note)
  provider.on('grant.error', note)
  return {
    ...server,
    issuer: server.origin,
    fhirBaseUrl: `${server.origin}/fhir`,
    tokenRequests,
    endAccessTokens: () => {
      ended += 1
    },
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
