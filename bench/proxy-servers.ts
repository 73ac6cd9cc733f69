import http from 'node:http'
import type { Context } from 'aws-lambda'
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
import type { Invoke } from './proxy-function.ts'

/** Where its door is, on the path of a function's event. */
export const DOOR = '/fhir/R4/general/Production'
const PUBLIC_BASE_URL = 'https://api.example/live'

/** What a streaming proxy on `undici` does at least. */
export function undiciProxy(upstream: string): Invoke {
  const pool = new Pool(upstream, { connections: 64 })
  return async ({ path }) => {
    const { statusCode, headers, body } = await pool.request({ path, method: 'GET' })
    return { statusCode, headers: headers as Record<string, string>, body }
  }
}

/** What a streaming proxy on Node's own client does at least. */
export function nodeProxy(upstream: string): Invoke {
  const agent = new http.Agent({ keepAlive: true })
  return ({ path }) =>
    new Promise((resolve, reject) => {
      const request = http.get(upstream + path, { agent }, (body) => {
        const headers = body.headers as Record<string, string>
        resolve({ statusCode: body.statusCode ?? 0, headers, body })
      })
      request.on('error', reject)
    })
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
        verifyAppToken(authorization, { signers: [signer], publicBaseUrl: PUBLIC_BASE_URL, now }),
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
    metrics: { add: () => undefined },
    log: { info: () => undefined, warn: () => undefined, error: () => undefined },
    now,
    elapsedMs: () => performance.now(),
  })
  const invoke: Invoke = (event) =>
    handle(event, { getRemainingTimeInMillis: () => 60_000 } as Context)
  return { invoke, token, calls }
}
