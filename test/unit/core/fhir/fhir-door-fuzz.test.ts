import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { memoryAuditTrail } from '#adapters/memory/audit-trail.ts'
import { memorySessionStore } from '#adapters/memory/session-store.ts'
import { BrokerError } from '#core/errors.ts'
import { fhirDoor } from '#core/fhir/fhir-door.ts'
import { mintPagingKey } from '#core/fhir/page-link.ts'
import { dpopProofs } from '#core/oauth/dpop-proofs.ts'
import { Secret } from '#core/secret.ts'
import { sessionKey } from '#core/session/session-id.ts'
import { aConnection, aRegistry, aSession, NOW } from '../../../fixtures.ts'
import { recordingLog } from '../../../support/recording-log.ts'
import { recordingMetrics } from '../../../support/recording-metrics.ts'
import { aFhirRequest } from './a-fhir-request.ts'

const BASE = 'https://ehr.general.example/fhir'
const PUBLIC = 'https://broker.example/live'
const OURS = `${PUBLIC}/fhir/R4/general/Production`
const DOOR = '/fhir/R4/general/Production'
const SESSION = 'session-id-canary-4711'
const CANARY = 'forbidden-canary'

/** What may reach the EHR; nothing else ever does. */
const REQUEST_HEADERS = new Set([
  ...['accept', 'accept-encoding', 'accept-language', 'authorization', 'content-type', 'via'],
  ...['if-match', 'if-none-exist', 'if-modified-since', 'if-none-match', 'if-range', 'range'],
  ...['prefer', 'traceparent', 'tracestate', 'x-correlation-id', 'x-provenance', 'x-request-id'],
  'x-security-context',
])

/** What may reach the app. */
const RESPONSE_HEADERS = new Set([
  ...['accept-ranges', 'cache-control', 'content-disposition', 'content-encoding', 'warning'],
  ...['content-language', 'content-length', 'content-location', 'content-range', 'content-type'],
  ...['etag', 'last-modified', 'location', 'retry-after', 'vary', 'x-content-type-options'],
  ...['ratelimit', 'ratelimit-limit', 'ratelimit-policy', 'ratelimit-remaining', 'ratelimit-reset'],
  ...[
    'x-ratelimit-limit',
    'x-ratelimit-remaining',
    'x-ratelimit-reset',
    'x-progress',
    'x-request-id',
  ],
])

interface Sent {
  readonly url: URL
  readonly headers: Headers
}

/** The door before an EHR that answers what a case says; it records what was sent. */
function door(answerOf: () => Response = () => new Response('{}', { headers: JSON_TYPE })) {
  const sent: Sent[] = []
  const sessions = memorySessionStore()
  sessions.put(aSession({ id: sessionKey(new Secret(SESSION)) }))
  const key = mintPagingKey()
  const serve = fhirDoor({
    verifyAppToken: async () => ({ app: 'heartline', scope: 'system/*.cruds' }),
    sessions,
    guardDeadSessions: (_, serveThen) => serveThen(),
    registry: aRegistry({ connections: [aConnection()] }),
    tokens: {
      freshAccessToken: async (session) => ({ accessToken: new Secret('ehr-token'), session }),
    },
    pagingKey: async () => key,
    pauseUpstream: (_, send) => send(),
    proofs: dpopProofs(() => NOW),
    egress: async (url, { headers }) => {
      sent.push({ url: new URL(url), headers: new Headers(headers) })
      return answerOf()
    },
    publicBaseUrl: PUBLIC,
    audit: memoryAuditTrail(),
    metrics: recordingMetrics(),
    log: recordingLog(),
    now: () => NOW,
    elapsedMs: () => 0,
  })
  const ask = async (request: Parameters<typeof aFhirRequest>[0]) => {
    try {
      const { status, headers, body } = await serve(aFhirRequest(request))
      return { status, headers, text: await new Response(ReadableStream.from(body ?? [])).text() }
    } catch (error) {
      // A refusal is an answer too, but never one that nobody foresaw.
      expect(error).toBeInstanceOf(BrokerError)
      expect((error as BrokerError).code).not.toBe('internal_error')
      return undefined
    }
  }
  return { ask, sent }
}

const JSON_TYPE = { 'content-type': 'application/fhir+json' }

function expectWithinBase({ url, headers }: Sent) {
  const { href } = url
  expect(href === BASE || href.startsWith(`${BASE}/`) || href.startsWith(`${BASE}?`)).toBe(true)
  expect(url.pathname.split('/')).not.toContain('..')
  expect(url.username + url.password + url.hash).toBe('')
  expect(href).not.toContain(SESSION)
  expect(headers.get('authorization')).toBe('Bearer ehr-token')
}

const trick = fc.constantFrom(
  ...['..', '.', '%2e%2e', '%2E.', '%252e%252e', '..%2f', '%2f', '%5c', '\\', '//', '/', ';', '@'],
  ...[
    '@evil.example',
    'evil.example:80',
    '%00',
    '%0d%0a',
    '\r\nHost: evil.example',
    '#',
    '%23',
    '?',
  ],
  ...[
    'https:',
    '$',
    '$everything',
    '%24everything',
    '_history',
    '_search',
    '*',
    'metadata',
    '%',
    '',
  ],
  ...[
    'Patient',
    'Patient/1',
    'Observation',
    'Binary',
    '1',
    'pat-1',
    '_sallyport_page=x',
    'é',
    '\ud800',
  ],
)
const path = fc
  .array(fc.oneof(trick, fc.string({ maxLength: 6 })), { maxLength: 7 })
  .chain((parts) => fc.constantFrom('/', '').map((glue) => `${DOOR}/${parts.join(glue)}`))
const likely = fc
  .tuple(
    fc.constantFrom(
      ...[
        'Patient',
        'Patient/1',
        '%50atient/1',
        'Patient/1/_history/2',
        'Patient/_search',
        'Binary/1',
      ],
      ...[
        'Patient/1/Observation',
        'Patient/1/$everything',
        '%24export',
        '',
        'Patient/1/*',
        '_history',
      ],
    ),
    fc.oneof(fc.constant(''), trick),
  )
  .map(([template, end]) => `${DOOR}/${template}${end}`)
const method = fc.constantFrom('GET', 'HEAD', 'POST', 'PUT', 'PATCH', 'DELETE', 'OPTIONS', 'TRACE')
const parameter = fc.tuple(
  fc.oneof(
    fc.constantFrom('code', '_redox_session', '_sallyport_page', '_format', '_count', 'url', ''),
    fc.string({ maxLength: 8 }),
  ),
  fc.oneof(fc.constantFrom('json', 'https://evil.example/', '../../admin', ''), fc.string()),
)

describe('whatever is asked of the door', { timeout: 300_000 }, () => {
  it('leaves for the FHIR base only, by any path, query and method (4,000 cases)', async () => {
    const { ask, sent } = door()
    await fc.assert(
      fc.asyncProperty(
        fc.oneof(path, likely),
        fc.array(parameter, { maxLength: 4 }),
        method,
        async (at, more, verb) => {
          const before = sent.length
          const query = new URLSearchParams([['_redox_session', SESSION], ...more])
          const headers = { authorization: ['Bearer x'], 'content-type': ['application/fhir+json'] }
          await ask({ method: verb, path: at, query, headers, body: Buffer.from('{}') })
          for (const one of sent.slice(before)) expectWithinBase(one)
        },
      ),
      { numRuns: 4_000 },
    )
    expect(sent.length).toBeGreaterThan(200)
  })

  it('takes listed header fields along only, in either direction (3,000 cases)', async () => {
    const name = fc.oneof(
      fc.constantFrom(
        ...['cookie', 'set-cookie', 'x-forwarded-host', 'x-forwarded-for', 'forwarded', 'server'],
        ...[
          'x_forwarded_host',
          'x-http-method-override',
          'x-original-url',
          'connection',
          'upgrade',
        ],
        ...['keep-alive', 'te', 'proxy-authorization', 'www-authenticate', 'x-amz-security-token'],
        ...['access-control-allow-origin', 'strict-transport-security', 'transfer-encoding'],
        ...['x-sallyport-session-2', 'redox-source-id', 'x-user', 'remote-user', 'content-md5'],
      ),
      fc.stringMatching(/^[a-z][a-z0-9-]{0,20}$/),
    )
    const fields = fc.dictionary(name, fc.constantFrom(CANARY, `a, ${CANARY}`), { maxKeys: 6 })
    let answered: Readonly<Record<string, string>> = {}
    const { ask, sent } = door(() => new Response('{}', { headers: { ...answered, ...JSON_TYPE } }))
    await fc.assert(
      fc.asyncProperty(fields, fields, async (asked, given) => {
        answered = withoutUnsendable(given)
        const before = sent.length
        const headers = Object.fromEntries(
          Object.entries(asked).map(([key, value]) => [key, [value]]),
        )
        const answer = await ask({
          path: `${DOOR}/Patient/1`,
          query: new URLSearchParams({ _redox_session: SESSION }),
          headers: { ...headers, authorization: [`Bearer ${CANARY}`] },
        })
        for (const one of sent.slice(before)) {
          for (const key of one.headers.keys()) expect(REQUEST_HEADERS).toContain(key)
          expect(one.headers.get('authorization')).toBe('Bearer ehr-token')
        }
        for (const key of Object.keys(answer?.headers ?? {}))
          expect(RESPONSE_HEADERS).toContain(key)
      }),
      { numRuns: 3_000 },
    )
    expect(sent.length).toBeGreaterThan(2_000)
  })

  it('is answered with links on our base only, which lead back to the EHR’s only (3,000 cases)', async () => {
    const address = fc.oneof(
      fc.constantFrom(
        ...[
          `${BASE}/Patient?page=2`,
          `${BASE}?_getpages=7`,
          '?page=2',
          'Patient?page=2',
          '/fhir/Patient',
        ],
        ...[
          'https://evil.example/',
          '//evil.example/',
          '\\\\evil.example',
          `${BASE}.evil.example/`,
        ],
        ...[
          `${BASE}@evil.example/`,
          `${BASE}/../admin`,
          `${BASE}/%2e%2e/admin`,
          'javascript:alert(1)',
        ],
        ...[
          'https://ehr.general.example/other',
          `https://u:p@ehr.general.example/fhir/x`,
          'urn:uuid:1',
          '',
        ],
      ),
      fc.webUrl({ withQueryParameters: true }),
      fc.string().map((rest) => `${BASE}${rest}`),
      fc.string(),
    )
    const relation = fc.constantFrom('self', 'next', 'previous', 'last', 'alternate')
    let url = ''
    let of = ''
    const { ask, sent } = door(() => {
      const link = [{ relation: of, url }]
      const entry = [{ response: { location: url } }]
      const bundle = JSON.stringify({ resourceType: 'Bundle', type: 'searchset', link, entry })
      const location = /^[\x21-\x7e]*$/.test(url) ? { location: url } : undefined
      return new Response(bundle, { headers: { ...JSON_TYPE, ...location } })
    })
    await fc.assert(
      fc.asyncProperty(address, relation, async (given, which) => {
        url = given
        of = which
        const query = new URLSearchParams({ _redox_session: SESSION, name: 'x' })
        const answer = await ask({ path: `${DOOR}/Patient`, query })
        const bundle = JSON.parse(answer?.text ?? '{}')
        const ours = new URL(bundle.link[0].url)
        expect(ours.href.startsWith(`${OURS}/`) || ours.href.startsWith(`${OURS}?`)).toBe(true)
        expect(answer?.headers['location'] ?? OURS).toMatch(new RegExp(`^${OURS}(?:$|[/?])`))
        expect(bundle.entry[0].response.location).not.toMatch(/^(?:\w+:)?[\\/]{2}(?!broker)/)

        const before = sent.length
        const at = ours.pathname.slice('/live'.length)
        await ask({ path: at, query: ours.searchParams })
        for (const one of sent.slice(before)) expectWithinBase(one)
      }),
      { numRuns: 3_000 },
    )
  })
})

/** Fields that a `Response` of the platform itself does not take. */
function withoutUnsendable(fields: Readonly<Record<string, string>>) {
  return Object.fromEntries(Object.entries(fields).filter(([name]) => name !== 'content-length'))
}
