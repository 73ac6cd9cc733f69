import http, { createServer, type RequestListener } from 'node:http'
import type { AddressInfo } from 'node:net'
import { pipeline } from 'node:stream'
import { Pool } from 'undici'
import { createStreamingEgress } from '#adapters/egress/streaming-egress.ts'
import { memorySessionStore } from '#adapters/memory/session-store.ts'
import { rememberVerified } from '#core/app-token/remember-verified.ts'
import { verifyAppToken } from '#core/app-token/verify-app-token.ts'
import { mintPagingKey } from '#core/fhir/page-link.ts'
import { upstreamPauses } from '#core/fhir/upstream-pauses.ts'
import { dpopProofs } from '#core/oauth/dpop-proofs.ts'
import { Secret } from '#core/secret.ts'
import { sessionKey } from '#core/session/session-id.ts'
import { systemClock } from '#core/time.ts'
import { fhirHandler } from '../lambdas/fhir/handler.ts'
import { aConnection, aRegistry, aSession } from '../test/fixtures.ts'
import { joseSigner } from '../test/support/jose-signer.ts'

const DOOR = '/fhir/R4/general/Production'
/** What API Gateway tells of a request, beside the token. */
const FROM_API_GATEWAY = {
  Accept: 'application/fhir+json',
  'Accept-Encoding': 'gzip, deflate, br',
  Host: 'api.example',
  'User-Agent': 'heartline/4.2',
  'X-Amzn-Trace-Id': 'Root=1-65f0c2aa-2b1c3d4e5f60718293a4b5c6',
  'X-Forwarded-For': '198.51.100.7',
  'X-Forwarded-Port': '443',
  'X-Forwarded-Proto': 'https',
}
const PUBLIC_BASE_URL = 'https://api.example/live'

export async function listen(listener: RequestListener) {
  const server = createServer(listener)
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve))
  return {
    origin: `http://127.0.0.1:${(server.address() as AddressInfo).port}`,
    close: () => {
      server.closeAllConnections()
      server.close()
    },
  }
}

/** What a streaming proxy on `undici` does at least. */
export function undiciProxy(upstream: string): RequestListener {
  const pool = new Pool(upstream, { connections: 64 })
  return async (request, response) => {
    const path = request.url ?? '/'
    const { statusCode, headers, body } = await pool.request({ path, method: 'GET' })
    response.writeHead(statusCode, headers as Record<string, string>)
    pipeline(body, response, () => undefined)
  }
}

/** What a streaming proxy on Node's own client does at least. */
export function nodeProxy(upstream: string): RequestListener {
  const agent = new http.Agent({ keepAlive: true })
  return (request, response) => {
    http.get(upstream + request.url, { agent }, (answer) => {
      response.writeHead(answer.statusCode ?? 0, answer.headers)
      pipeline(answer, response, () => undefined)
    })
  }
}

/** The `fhir` handler as its function wires it, what AWS does left out and counted. */
export async function door(upstream: string) {
  const now = systemClock
  const sessionId = 'bench-session'
  const calls = { reads: 0, opens: 0 }
  const store = memorySessionStore()
  store.put(
    aSession({
      id: sessionKey(new Secret(sessionId)),
      createdAt: now(),
      lastUsedAt: now(),
      expiresAt: now() + 3_600,
    }),
  )
  const signer = await joseSigner('ES256')
  const token = await signer.signJwt('at+jwt', {
    iss: PUBLIC_BASE_URL,
    aud: PUBLIC_BASE_URL,
    sub: 'heartline-server',
    client_id: 'heartline-server',
    app: 'heartline',
    scope: 'system/*.cruds',
    iat: now(),
    exp: now() + 300,
    jti: 'bench',
    session: sessionKey(new Secret(sessionId)),
  })
  const key = mintPagingKey()
  const fhirBaseUrl = `${upstream}/fhir`
  const handle = fhirHandler({
    verifyAppToken: rememberVerified(
      (authorization) =>
        verifyAppToken(authorization, { signer, publicBaseUrl: PUBLIC_BASE_URL, now }),
      now,
    ),
    sessions: {
      ...store,
      read: async (id, options) => {
        calls.reads += 1
        return store.read(id, options)
      },
    },
    guardDeadSessions: (_, serve) => serve(),
    registry: aRegistry({ connections: [aConnection({ fhirBaseUrl, issuer: fhirBaseUrl })] }),
    tokens: {
      freshAccessToken: async (session) => ({ accessToken: new Secret('ehr-token'), session }),
    },
    pagingKey: async () => key,
    egress: createStreamingEgress({ upstreams: 'loopback' }),
    pauseUpstream: upstreamPauses(now),
    proofs: dpopProofs(now),
    publicBaseUrl: PUBLIC_BASE_URL,
    audit: { record: async () => undefined },
    log: { info: () => undefined, warn: () => undefined, error: () => undefined },
    now,
    elapsedMs: () => performance.now(),
  })
  const headers = { ...FROM_API_GATEWAY, Authorization: `Bearer ${token}` }
  const multiValueHeaders = Object.fromEntries(
    Object.entries(headers).map(([name, value]) => [name, [value]]),
  )
  const call = (path: string) =>
    handle(
      {
        httpMethod: 'GET',
        path: `${DOOR}${path}`,
        headers,
        multiValueHeaders,
        multiValueQueryStringParameters: {},
        body: null,
        isBase64Encoded: false,
        requestContext: { requestId: 'bench' },
      } as never,
      { getRemainingTimeInMillis: () => 60_000 } as never,
    )
  const listener: RequestListener = async (request, response) => {
    const { statusCode, headers, body } = await call((request.url ?? '').slice('/fhir'.length))
    response.writeHead(statusCode, headers)
    for await (const chunk of body ?? []) {
      if (!response.write(chunk)) await new Promise((resolve) => response.once('drain', resolve))
    }
    response.end()
  }
  return { call, listener, calls }
}
