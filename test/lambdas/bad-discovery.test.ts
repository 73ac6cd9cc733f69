import { once } from 'node:events'
import { createServer, type RequestListener, type Server } from 'node:http'
import type { AddressInfo } from 'node:net'
import type { Context } from 'aws-lambda'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { createEgress } from '#adapters/egress/egress.ts'
import { memoryOneTimeStore } from '#adapters/memory/one-time-store.ts'
import { cachedDiscovery } from '#core/discovery/cached-discovery.ts'
import { httpHandler } from '#http/http-handler.ts'
import type { HttpRequest } from '#http/http-request.ts'
import { errorPage } from '#http/pages/error-page.ts'
import { launchHandler } from '../../lambdas/launch/handler.ts'
import { aConnection, anApp, aRegistration, aRegistry, NOW } from '../fixtures.ts'
import { IDLE_CLIENT } from '../support/idle-client.ts'
import { recordingLog } from '../support/recording-log.ts'
import { noLinks } from './given-links.ts'

let answer: RequestListener = () => undefined
let ehr: Server
let stranger: Server
let base = ''
let elsewhere = ''
const strangers: (string | undefined)[] = []

async function listening(server: Server): Promise<string> {
  server.listen(0, '127.0.0.1')
  await once(server, 'listening')
  return `http://127.0.0.1:${(server.address() as AddressInfo).port}`
}

beforeAll(async () => {
  ehr = createServer((request, response) => answer(request, response))
  stranger = createServer(({ url }, response) => {
    strangers.push(url)
    response.end('{}')
  })
  ;[base, elsewhere] = await Promise.all([listening(ehr), listening(stranger)])
})
afterAll(() => {
  for (const server of [ehr, stranger]) {
    server.closeAllConnections()
    server.close()
  }
})

/** A launch by the function's handler, with its own egress, at an EHR on this machine. */
async function launch() {
  const log = recordingLog()
  const now = () => NOW
  const egress = createEgress({ upstreams: 'loopback' })
  const handler = httpHandler(
    launchHandler({
      registry: aRegistry({
        apps: [anApp()],
        registrations: [aRegistration()],
        connections: [
          aConnection({ fhirBaseUrl: `${base}/fhir`, issuer: `${base}/fhir`, endpointHosts: [] }),
        ],
      }),
      discovery: cachedDiscovery({ egress, log, now }),
      launches: memoryOneTimeStore(now),
      redirectUri: 'https://broker.example/live/redirect',
      ...IDLE_CLIENT,
      ...noLinks(),
      log,
      now,
    }),
    log,
    errorPage,
  )
  const request: Partial<HttpRequest> = {
    httpMethod: 'GET',
    headers: {},
    requestContext: { requestId: 'reference-1' } as HttpRequest['requestContext'],
    pathParameters: { key: 'general-production' },
    multiValueQueryStringParameters: { iss: [`${base}/fhir`], launch: ['handle'] },
  }
  const page = await handler(request as HttpRequest, {} as Context)
  return { page, log }
}

const json = (members: Readonly<Record<string, unknown>>): RequestListener => {
  return (_request, response) =>
    response.setHeader('content-type', 'application/json').end(
      JSON.stringify({
        issuer: base,
        authorization_endpoint: `${base}/authorize`,
        token_endpoint: `${base}/token`,
        jwks_uri: `${base}/jwks`,
        ...members,
      }),
    )
}

describe('a launch at an EHR whose discovery document is bad', () => {
  it('goes on where it is good', async () => {
    answer = json({})

    expect((await launch()).page.statusCode).toBe(303)
  })

  it.each<[string, () => RequestListener, string]>([
    ['HTML', () => (_, response) => response.end('<html>upstream-canary</html>'), 'not_json'],
    [
      '5 MB',
      () => (_, response) => response.end(`"${'x'.repeat(5_000_000)}"`),
      'upstream_too_large',
    ],
    ['a list', () => (_, response) => response.end('[]'), 'not_an_object'],
    [
      'moved to another host',
      () => (_, response) => response.writeHead(302, { location: elsewhere }).end(),
      'status_302',
    ],
    ['hung up on', () => (request) => request.socket.destroy(), 'upstream_interrupted'],
    ['with a script for an endpoint', () => json({ token_endpoint: 'javascript:1' }), 'not_a_url'],
    [
      'with a token endpoint on another host',
      () => json({ token_endpoint: `${elsewhere}/token` }),
      'endpoint_host_moved',
    ],
    [
      'with an endpoint in a private range',
      () => json({ token_endpoint: 'http://10.0.0.1/token' }),
      'endpoint_host_moved',
    ],
    [
      'with keys on another host',
      () => json({ jwks_uri: `${elsewhere}/jwks` }),
      'endpoint_host_moved',
    ],
  ])('ends in a page that says what to do: %s', async (_what, made, reason) => {
    answer = made()

    const { page, log } = await launch()

    expect(page).toMatchObject({ statusCode: 502 })
    expect(page.body).toMatch(/The EHR could not be reached. Wait a moment/)
    expect(page.body).not.toMatch(/canary|127\.0\.0\.1|10\.0\.0\.1/)
    expect(log.lines).toContainEqual(
      expect.objectContaining({
        fields: expect.objectContaining({
          code: 'discovery_failed',
          connection: 'general-production',
          reason,
        }),
      }),
    )
    expect(strangers).toEqual([])
  })
})
