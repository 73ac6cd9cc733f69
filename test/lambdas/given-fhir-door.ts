import type { ServerResponse } from 'node:http'
import { expect, onTestFinished } from 'vitest'
import { createStreamingEgress } from '#adapters/egress/streaming-egress.ts'
import { memoryAuditTrail } from '#adapters/memory/audit-trail.ts'
import { memorySessionStore } from '#adapters/memory/session-store.ts'
import { verifyAppToken } from '#core/app-token/verify-app-token.ts'
import type { StreamingEgress } from '#core/egress.ts'
import type { EventFields } from '#core/event-log.ts'
import { mintPagingKey } from '#core/fhir/page-link.ts'
import { upstreamPauses } from '#core/fhir/upstream-pauses.ts'
import { dpopProofs } from '#core/oauth/dpop-proofs.ts'
import type { Connection } from '#core/registry/registry.ts'
import { Secret } from '#core/secret.ts'
import { deadSessionGuard } from '#core/session/dead-session-guard.ts'
import { mintSessionId, sessionKey } from '#core/session/session-id.ts'
import type { Session } from '#core/session/session-store.ts'
import type { AccessTokens } from '#core/tokens/access-tokens.ts'
import type { HttpRequest } from '#http/http-request.ts'
import { operationOutcomeError } from '#http/operation-outcome.ts'
import { streamingHandler } from '#http/streaming-handler.ts'
import { fhirHandler } from '../../lambdas/fhir/handler.ts'
import { aConnection, aRegistry, aSession, NOW } from '../fixtures.ts'
import { PUBLIC_BASE_URL } from '../support/api-client.ts'
import type { FhirRequestSeen } from '../support/fake-ehr.ts'
import { readBody, serve } from '../support/http-server.ts'
import { joseSigner } from '../support/jose-signer.ts'
import { recordingMetrics } from '../support/recording-metrics.ts'
import { callStreaming, provideStreaming, textOf } from '../support/streamed-lambda.ts'

provideStreaming()

const TOKENS = await joseSigner('ES256')
const PAGING_KEY = mintPagingKey()
const PATH = '/fhir/R4/general/Production'
export const OURS = `${PUBLIC_BASE_URL}${PATH}`

export type Fhir = (seen: FhirRequestSeen, response: ServerResponse) => void | Promise<void>

export interface Call {
  readonly method?: string
  /** Below the stage, with its query. */
  readonly path?: string
  readonly sessionIds?: readonly string[]
  readonly token?: string | undefined
  readonly headers?: Readonly<Record<string, string>>
  readonly body?: string | Buffer
}

/** A FHIR server that records what it got; it answers one Patient, and else an empty Bundle. */
export async function startFhirServer(fhir: Fhir = patientAndBundles) {
  const fhirRequests: FhirRequestSeen[] = []
  const server = await serve(async (request, response) => {
    const { method = '', url = '', headers } = request
    const seen = { method, url, headers, body: await readBody(request) }
    fhirRequests.push(seen)
    await fhir(seen, response)
  })
  onTestFinished(() => server.close())
  return { origin: server.origin, fhirBaseUrl: `${server.origin}/fhir`, fhirRequests }
}

const patientAndBundles: Fhir = ({ url }, response) =>
  fhirJson(
    response,
    url.startsWith('/fhir/Patient/pat-1')
      ? { resourceType: 'Patient', id: 'pat-1' }
      : { resourceType: 'Bundle', type: 'searchset', total: 0, link: [] },
  )

interface Setup {
  readonly fhir?: Fhir
  readonly session?: Partial<Session>
  readonly egress?: StreamingEgress
  readonly connection?: Partial<Connection>
  readonly withoutPatient?: boolean
  /** The door's clock, moved by whoever takes time: its own stores so much. */
  readonly clock?: { ms: number; readonly sessionMs: number; readonly auditMs: number }
}

/** The door in a session, before an EHR that answers as the test says. */
export async function givenFhirDoor({ fhir, session, ...given }: Setup = {}) {
  const { egress = createStreamingEgress({ upstreams: 'loopback' }) } = given
  const ehr = await startFhirServer(fhir)

  const lines: (readonly [string, EventFields | undefined])[] = []
  const write = (event: string, fields?: EventFields) => void lines.push([event, fields])
  const log = { info: write, warn: write, error: write }

  const sessionId = mintSessionId().reveal()
  const sessions = memorySessionStore()
  const { patient, ...rest } = aSession({ id: sessionKey(new Secret(sessionId)), ...session })
  const launched: Session = { ...rest, ...(patient && !given.withoutPatient && { patient }) }
  sessions.put(launched)

  const tokens: AccessTokens = {
    freshAccessToken: async (session, { rejected } = {}) => ({
      accessToken: new Secret(rejected ? 'ehr-token-2' : 'ehr-token-1'),
      session,
    }),
  }
  const now = () => NOW
  const connection = aConnection({
    fhirBaseUrl: ehr.fhirBaseUrl,
    issuer: ehr.fhirBaseUrl,
    ...given.connection,
  })
  const audit = memoryAuditTrail()
  const metrics = recordingMetrics()
  const clock = given.clock ?? { ms: 0, sessionMs: 0, auditMs: 0 }
  const handler = streamingHandler(
    fhirHandler({
      verifyAppToken: (authorization) =>
        verifyAppToken(authorization, { signers: [TOKENS], publicBaseUrl: PUBLIC_BASE_URL, now }),
      sessions: {
        ...sessions,
        async read(id, options) {
          clock.ms += clock.sessionMs
          return sessions.read(id, options)
        },
      },
      guardDeadSessions: deadSessionGuard(now),
      registry: aRegistry({ connections: [connection] }),
      tokens,
      pagingKey: async () => PAGING_KEY,
      egress,
      pauseUpstream: upstreamPauses(now),
      proofs: dpopProofs(now),
      publicBaseUrl: PUBLIC_BASE_URL,
      audit: {
        async record(kept) {
          clock.ms += clock.auditMs
          await audit.record(kept)
        },
      },
      metrics,
      log,
      now,
      elapsedMs: () => clock.ms,
    }),
    log,
    operationOutcomeError,
  )

  const token = await anAppToken()
  const call = (request: Call = {}) =>
    callStreaming(handler, toEvent({ token, sessionIds: [sessionId], ...request }))
  const ask = async (request: Call = {}, isJson = true) => {
    const answer = await call(request)
    const text = await textOf(answer)
    return { ...answer, text, json: text === '' || !isJson ? undefined : JSON.parse(text) }
  }
  return { ask, call, audit, measures: metrics.measures, ehr, lines, sessionId, sessions, launched }
}

export function anAppToken(claims: Readonly<Record<string, unknown>> = {}): Promise<string> {
  return TOKENS.signJwt('at+jwt', {
    iss: PUBLIC_BASE_URL,
    aud: PUBLIC_BASE_URL,
    sub: 'heartline-server',
    client_id: 'heartline-server',
    app: 'heartline',
    scope: 'system/*.cruds',
    iat: NOW,
    exp: NOW + 300,
    jti: 'jti-1',
    ...claims,
  })
}

function toEvent({ method = 'GET', path = '/Patient/pat-1', ...rest }: Call): HttpRequest {
  const { sessionIds = [], token, headers = {}, body } = rest
  const [route = '', query = ''] = (path.startsWith('/fhir') ? path : PATH + path).split('?')
  const parameters: Record<string, string[]> = {}
  for (const [name, value] of new URLSearchParams(query)) {
    parameters[name] = [...(parameters[name] ?? []), value]
  }
  if (sessionIds.length > 0) {
    parameters['_redox_session'] = [...(parameters['_redox_session'] ?? []), ...sessionIds]
  }
  return {
    httpMethod: method,
    path: route,
    headers: { ...headers, ...(token !== undefined && { Authorization: `Bearer ${token}` }) },
    multiValueQueryStringParameters: parameters,
    body: body === undefined ? null : Buffer.from(body).toString('base64'),
    isBase64Encoded: body !== undefined,
    requestContext: { requestId: 'reference-1' },
  } as unknown as HttpRequest
}

export const fhirJson = (response: ServerResponse, body: unknown, status = 200) =>
  void response
    .writeHead(status, { 'content-type': 'application/fhir+json' })
    .end(JSON.stringify(body))

/** What the body of a refusal is: one of ours has its code in it. */
export function outcome(code: string, { isOurs } = { isOurs: true }) {
  const coding = { system: 'urn:sallyport:error', code: expect.stringMatching(/^[a-z_]+$/) }
  return {
    resourceType: 'OperationOutcome',
    issue: [
      {
        severity: 'error',
        code,
        details: { ...(isOurs && { coding: [coding] }), text: expect.any(String) },
        diagnostics: 'Reference: reference-1',
      },
    ],
  }
}
