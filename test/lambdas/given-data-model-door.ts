import type { IncomingHttpHeaders, ServerResponse } from 'node:http'
import { json } from 'node:stream/consumers'
import { onTestFinished } from 'vitest'
import { createStreamingEgress } from '#adapters/egress/streaming-egress.ts'
import { memoryAuditTrail } from '#adapters/memory/audit-trail.ts'
import { memorySessionStore } from '#adapters/memory/session-store.ts'
import { verifyAppToken } from '#core/app-token/verify-app-token.ts'
import type { EventFields } from '#core/event-log.ts'
import { upstreamPauses } from '#core/fhir/upstream-pauses.ts'
import { dpopProofs } from '#core/oauth/dpop-proofs.ts'
import type { Connection } from '#core/registry/registry.ts'
import { Secret } from '#core/secret.ts'
import { deadSessionGuard } from '#core/session/dead-session-guard.ts'
import { mintSessionId, sessionKey } from '#core/session/session-id.ts'
import type { Session } from '#core/session/session-store.ts'
import type { AccessTokens } from '#core/tokens/access-tokens.ts'
import { dataModelError } from '#http/data-model-error.ts'
import type { HttpRequest } from '#http/http-request.ts'
import { streamingHandler } from '#http/streaming-handler.ts'
import { dataModelHandler } from '../../lambdas/data-model/handler.ts'
import { aConnection, anApp, aRegistry, aSession, NOW } from '../fixtures.ts'
import { PUBLIC_BASE_URL } from '../support/api-client.ts'
import { serve } from '../support/http-server.ts'
import { joseSigner } from '../support/jose-signer.ts'
import { recordingMetrics } from '../support/recording-metrics.ts'
import { callStreaming, provideStreaming, textOf } from '../support/streamed-lambda.ts'

provideStreaming()

const TOKENS = await joseSigner('ES256')

/** What the EHR has: resources by type, or how it answers for one. */
export type Resource = Readonly<Record<string, unknown>>
type Answer = (url: URL, response: ServerResponse) => void

export const REFERENCE = '0b5f1f3c-0a4c-4ad0-9a3c-6d1a54c1c0aa'

export const ADA: Resource = {
  resourceType: 'Patient',
  id: 'pat-1',
  identifier: [{ type: { coding: [{ code: 'MR' }] }, value: 'M-1', system: 'urn:mrn' }],
  name: [{ use: 'official', given: ['Ada', 'King'], family: 'Lovelace' }],
  gender: 'female',
  birthDate: '1975-12-10',
}

interface Setup {
  /** All that the EHR has. It knows reads, and searches by patient, `_id` and identifier. */
  readonly resources?: readonly Resource[]
  /** How it answers a type otherwise. */
  readonly answers?: Readonly<Record<string, Answer>>
  readonly pageSize?: number
  readonly connection?: Partial<Connection>
  readonly session?: Partial<Session>
  readonly withoutPatient?: boolean
  /** The door's clock, moved by whoever takes time: its own stores so much. */
  readonly clock?: { ms: number; readonly sessionMs: number; readonly auditMs: number }
  /** How the session's tokens are had. */
  readonly freshAccessToken?: AccessTokens['freshAccessToken']
  /** The status of the nth write, from 0; or the connection breaks once it is done. */
  readonly onWrite?: (nth: number) => number | 'breaks'
  /** Whether it knows `If-None-Exist`. */
  readonly isConditional?: boolean
}

/** The Data Model API in a session, before an EHR with these resources. */
export async function givenDataModelDoor({
  resources = [ADA],
  answers = {},
  pageSize = 1_000,
  onWrite = () => 201,
  isConditional = true,
  ...given
}: Setup = {}) {
  const asked: string[] = []
  const stored = [...resources]
  const writes: Write[] = []
  const server = await serve((request, response) => {
    const url = new URL(request.url ?? '', `http://${request.headers.host}`)
    if (request.method !== 'GET') {
      void json(request).then((resource) => {
        const { headers } = request
        const write = { url, headers, resource: resource as Resource }
        writes.push(write)
        const does = onWrite(writes.length - 1)
        if (does === 'breaks' || does < 300) store(write, stored, isConditional)
        if (does === 'breaks') response.destroy()
        else response.writeHead(does).end()
      })
      return
    }
    asked.push(`${url.pathname.slice('/fhir/'.length)}${url.search}`)
    const type = url.pathname.split('/')[2] ?? ''
    const answer = answers[type]
    if (answer) answer(url, response)
    else fhirAnswer(url, stored, pageSize, response)
  })
  onTestFinished(() => server.close())

  const lines: (readonly [string, EventFields | undefined])[] = []
  const write = (event: string, fields?: EventFields) => void lines.push([event, fields])
  const log = { info: write, warn: write, error: write }
  const sessionId = mintSessionId().reveal()
  const sessions = memorySessionStore()
  const { patient, ...rest } = aSession({
    id: sessionKey(new Secret(sessionId)),
    ...given.session,
  })
  sessions.put({ ...rest, ...(patient && !given.withoutPatient && { patient }) })
  const tokens: AccessTokens = {
    freshAccessToken:
      given.freshAccessToken ??
      (async (session) => ({ accessToken: new Secret('ehr-token-1'), session })),
  }
  const now = () => NOW
  const fhirBaseUrl = `${server.origin}/fhir`
  const audit = memoryAuditTrail()
  const metrics = recordingMetrics()
  const clock = given.clock ?? { ms: 0, sessionMs: 0, auditMs: 0 }
  const handler = streamingHandler(
    dataModelHandler({
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
      registry: aRegistry({
        apps: [anApp()],
        connections: [aConnection({ fhirBaseUrl, issuer: fhirBaseUrl, ...given.connection })],
      }),
      tokens,
      egress: createStreamingEgress({ upstreams: 'loopback' }),
      pauseUpstream: upstreamPauses(now),
      proofs: dpopProofs(now),
      audit: {
        async record(kept) {
          clock.ms += clock.auditMs
          await audit.record(kept)
        },
      },
      metrics,
      log,
      now,
      publicBaseUrl: PUBLIC_BASE_URL,
      elapsedMs: () => clock.ms,
    }),
    log,
    dataModelError,
  )

  const token = await anAppToken()
  const post = async (body: unknown, call: Call = {}) => {
    const answer = await callStreaming(
      handler,
      toEvent(body, { token, query: { _redox_session: [sessionId] }, ...call }),
      call.remainingMs,
    )
    const text = await textOf(answer)
    return { statusCode: answer.statusCode, headers: answer.headers, json: JSON.parse(text) }
  }
  return {
    post,
    asked,
    audit,
    measures: metrics.measures,
    lines,
    sessionId,
    fhirBaseUrl,
    writes,
    stored,
  }
}

interface Call {
  readonly token?: string | undefined
  readonly query?: Readonly<Record<string, readonly string[]>>
  readonly headers?: Readonly<Record<string, string>>
  /** Of the invocation. */
  readonly remainingMs?: number
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

/** A message of a model, about a patient by the FHIR id unless told otherwise. */
export function aMessage(
  dataModel: string,
  eventType: string,
  members: Readonly<Record<string, unknown>> = {
    Patient: { Identifiers: [{ ID: 'pat-1', IDType: 'FHIR' }] },
  },
) {
  return { Meta: { DataModel: dataModel, EventType: eventType }, ...members }
}

function toEvent(body: unknown, { token, query = {}, headers = {} }: Call): HttpRequest {
  const text = typeof body === 'string' ? body : JSON.stringify(body)
  return {
    httpMethod: 'POST',
    path: '/endpoint',
    headers: {
      'Content-Type': 'application/json',
      ...headers,
      ...(token !== undefined && { Authorization: `Bearer ${token}` }),
    },
    multiValueQueryStringParameters: query,
    body: Buffer.from(text).toString('base64'),
    isBase64Encoded: true,
    requestContext: { requestId: REFERENCE },
  } as unknown as HttpRequest
}

interface Write {
  readonly url: URL
  readonly headers: IncomingHttpHeaders
  readonly resource: Resource
}

function store({ url, headers, resource }: Write, stored: Resource[], isConditional: boolean) {
  const [, , , id] = url.pathname.split('/')
  const value = String(headers['if-none-exist'] ?? '')
    .split('|')
    .at(-1)
  const isKnown = value && JSON.stringify(stored).includes(`"value":"${value}"`)
  const at = stored.findIndex((one) => id !== undefined && one['id'] === id)
  if (at >= 0) stored[at] = resource
  else if (!isConditional || !isKnown) stored.push({ ...resource, id: `new-${stored.length}` })
}

function fhirAnswer(
  url: URL,
  resources: readonly Resource[],
  pageSize: number,
  response: ServerResponse,
): void {
  const [, , type, id] = url.pathname.split('/')
  const ofType = resources.filter(({ resourceType }) => resourceType === type)
  if (id !== undefined) {
    const found = ofType.find((one) => one['id'] === id)
    fhirJson(response, found ?? { resourceType: 'OperationOutcome' }, found ? 200 : 404)
    return
  }
  const found = ofType.filter((one) => isFound(one, url.searchParams))
  const start = Number(url.searchParams.get('page') ?? 0)
  const next = new URL(url)
  next.searchParams.set('page', String(start + pageSize))
  fhirJson(response, {
    resourceType: 'Bundle',
    type: 'searchset',
    link: found.length > start + pageSize ? [{ relation: 'next', url: next.href }] : [],
    entry: found.slice(start, start + pageSize).map((resource) => ({ resource })),
  })
}

/** Parameters that it does not know, it ignores, as servers may. */
function isFound(resource: Resource, parameters: URLSearchParams): boolean {
  const text = JSON.stringify(resource)
  const patient = parameters.get('patient')
  const identifier = parameters.get('identifier')?.split('|').at(-1)
  const id = parameters.get('_id')
  return (
    (patient === null || text.includes(`"Patient/${patient}"`)) &&
    (identifier === undefined || text.includes(`"value":"${identifier}"`)) &&
    (id === null || resource['id'] === id)
  )
}

export function fhirJson(response: ServerResponse, body: unknown, status = 200): void {
  response.writeHead(status, { 'content-type': 'application/fhir+json' }).end(JSON.stringify(body))
}
