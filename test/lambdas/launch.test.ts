import { describe, expect, it } from 'vitest'
import { memoryOneTimeStore } from '#adapters/memory/one-time-store.ts'
import { BrokerError } from '#core/errors.ts'
import type { Connection } from '#core/registry/registry.ts'
import type { HttpRequest } from '#http/http-request.ts'
import { launchHandler } from '../../lambdas/launch/handler.ts'
import { aConnection, anApp, aRegistration, aRegistry, NOW } from '../fixtures.ts'
import { IDLE_CLIENT } from '../support/idle-client.ts'
import { recordingLog } from '../support/recording-log.ts'
import { noLinks } from './given-links.ts'

function setup(
  headers: Record<string, string> = {},
  {
    launch = 'handle',
    connection = {},
    capabilities = [],
    metadata = {},
    discovery,
  }: {
    readonly launch?: string
    readonly connection?: Partial<Connection>
    readonly capabilities?: string[]
    readonly metadata?: object
    readonly discovery?: BrokerError
  } = {},
) {
  const handler = launchHandler({
    registry: aRegistry({
      apps: [anApp()],
      registrations: [aRegistration()],
      connections: [aConnection(connection)],
    }),
    discovery: async () => {
      if (discovery) throw discovery
      return {
        issuer: 'https://login.general.example',
        authorization_endpoint: 'https://login.general.example/authorize?tenant=7',
        capabilities,
        token_endpoint: 'https://login.general.example/token',
        ...metadata,
      }
    },
    launches: memoryOneTimeStore(() => NOW),
    redirectUri: 'https://broker.example/live/redirect',
    ...IDLE_CLIENT,
    ...noLinks(),
    log: recordingLog(),
    now: () => NOW,
  })
  const request: Partial<HttpRequest> = {
    httpMethod: 'GET',
    headers,
    pathParameters: { key: 'general-production' },
    multiValueQueryStringParameters: {
      iss: ['https://ehr.general.example/fhir'],
      launch: [launch],
    },
  }
  return () => handler(request as HttpRequest)
}

describe('a launch', () => {
  it('goes on by 303, so that nothing is posted again (RFC 9700 §4.12) (BC-04)', async () => {
    expect(await setup()()).toMatchObject({ statusCode: 303 })
  })

  it('asks with an S256 challenge (RFC 9700 §2.1.1) (SM-23)', async () => {
    const location = new URL(String((await setup()()).headers?.['location']))

    expect(location.searchParams.get('code_challenge_method')).toBe('S256')
    expect(location.searchParams.get('code_challenge')).toMatch(/^[\w-]{43}$/)
  })

  it('says exactly the redirect URI that the outputs print, which is to be registered (SM-01, OA-04)', async () => {
    const location = new URL(String((await setup()()).headers?.['location']))

    expect(location.searchParams.get('redirect_uri')).toBe('https://broker.example/live/redirect')
  })

  it('asks with S256 whatever the server says of PKCE, and never twice with one challenge, state or nonce (SM-22, SM-23, PK-01, BC-01)', async () => {
    const asked = await Promise.all(
      [undefined, [], ['plain'], ['S256'], ['S256']].map(async (methods) => {
        const begin = setup({}, { metadata: { code_challenge_methods_supported: methods } })
        return new URL(String((await begin()).headers?.['location'])).searchParams
      }),
    )

    for (const parameters of asked) {
      expect(parameters.get('code_challenge_method')).toBe('S256')
      // 256 random bits, where 122 are demanded.
      expect(parameters.get('state')).toMatch(/^[\w-]{43}$/)
    }
    for (const name of ['code_challenge', 'state', 'nonce']) {
      expect(new Set(asked.map((parameters) => parameters.get(name))).size).toBe(asked.length)
    }
  })

  it('carries a scope with a filter as one parameter, whole, by address and by form (SM-28)', async () => {
    const filtered =
      'patient/Observation.rs?category=http://terminology.hl7.org/CodeSystem/observation-category|vital-signs&_tag=a'
    const connection = { scopes: ['launch', filtered] }
    const { headers } = await setup({}, { connection })()
    const { body } = await setup(
      {},
      { connection, launch: 'j'.repeat(4_000), capabilities: ['authorize-post'] },
    )()

    const { searchParams } = new URL(String(headers?.['location']))
    expect(searchParams.getAll('scope')).toEqual([`launch ${filtered}`])
    const written = /name="scope" value="([^"]*)"/.exec(body)?.[1]
    expect(written?.replaceAll('&amp;', '&')).toBe(`launch ${filtered}`)
  })

  it.each(['cors', 'no-cors', 'same-origin', 'websocket'])(
    'begins by a navigation only, and not in mode %s',
    async (mode) => {
      await expect(setup({ 'sec-fetch-mode': mode })()).rejects.toMatchObject({
        code: 'navigation_required',
      })
      expect(await setup({ 'sec-fetch-mode': 'navigate' })()).toMatchObject({ statusCode: 303 })
    },
  )

  it('keeps the query that the authorization endpoint has (SM-31)', async () => {
    const location = new URL(String((await setup()()).headers?.['location']))

    expect(location.searchParams.get('tenant')).toBe('7')
  })

  it('that finds no authorization server says in its log line of which connection', async () => {
    const begin = setup(
      {},
      { discovery: new BrokerError('discovery_failed', { detail: { reason: 'not_json' } }) },
    )

    await expect(begin()).rejects.toMatchObject({
      code: 'discovery_failed',
      detail: { connection: 'general-production', app: 'heartline', reason: 'not_json' },
    })
  })

  describe('that is long', () => {
    const launch = 'j'.repeat(4_000)
    const epic = { vendor: 'epic' } as const

    it.each([
      ['its vendor takes that', { launch, connection: epic }],
      ['the server says so', { launch, capabilities: ['authorize-post'] }],
    ])('goes on by a form where %s (SM-13, SM-30)', async (_why, options) => {
      const { statusCode, headers, body, multiValueHeaders } = await setup({}, options)()

      expect(statusCode).toBe(200)
      expect(body).toContain('action="https://login.general.example/authorize?tenant=7"')
      expect(body).toContain(`name="launch" value="${launch}"`)
      expect(body).toContain('name="code_challenge_method" value="S256"')
      expect(body).toMatch(/<button>/)
      expect(headers?.['content-security-policy']).toMatch(
        /script-src 'sha256-[^']+'; form-action https:;/,
      )
      expect(multiValueHeaders?.['set-cookie']).toHaveLength(1)
    })

    it('goes on by its address elsewhere, and where it is short', async () => {
      expect(await setup({}, { launch })()).toMatchObject({ statusCode: 303 })
      expect(await setup({}, { connection: epic })()).toMatchObject({ statusCode: 303 })
    })
  })
})
