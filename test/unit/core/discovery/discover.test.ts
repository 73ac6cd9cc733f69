import { describe, expect, it } from 'vitest'
import type { DiscoverableConnection } from '#core/discovery/authorization-server.ts'
import { discover } from '#core/discovery/discover.ts'
import type { EgressOptions } from '#core/egress.ts'
import { BrokerError, type ErrorCode } from '#core/errors.ts'
import { aConnection } from '../../../fixtures.ts'

const BASE = 'https://ehr.general.example/fhir'
const LOGIN = 'https://login.general.example'
const DOCUMENT = {
  issuer: LOGIN,
  jwks_uri: `${LOGIN}/jwks`,
  authorization_endpoint: `${LOGIN}/authorize`,
  token_endpoint: `${LOGIN}/token`,
}
const STATEMENT = {
  resourceType: 'CapabilityStatement',
  rest: [
    {
      security: {
        extension: [
          { url: 'urn:other' },
          {
            url: 'http://fhir-registry.smarthealthit.org/StructureDefinition/oauth-uris',
            extension: [
              { url: 'authorize', valueUri: `${LOGIN}/authorize` },
              { url: 'token', valueUri: `${LOGIN}/token` },
              { url: 'manage', valueUri: `${LOGIN}/manage` },
            ],
          },
        ],
      },
    },
  ],
}

/** Answers by address: a document, the text of one, a status, or why there is none. */
type Web = Readonly<Record<string, unknown | string | number>>

function setup(web: Web, connection: Partial<DiscoverableConnection> = {}, hosts?: string[]) {
  const asked: { url: string; headers: Headers; limits: EgressOptions }[] = []
  const find = () =>
    discover(
      { ...aConnection({ fhirBaseUrl: BASE }), clientId: 'client-1', ...connection },
      async (url, init = {}, limits = {}) => {
        asked.push({ url: String(url), headers: new Headers(init.headers), limits })
        const answer = web[String(url)] ?? 404
        if (typeof answer === 'number') return new Response('', { status: answer })
        if (typeof answer !== 'string') return Response.json(answer)
        if (answer.startsWith('upstream_')) throw new BrokerError(answer as ErrorCode)
        return new Response(answer)
      },
      hosts,
    )
  return { asked, find, urls: () => asked.map(({ url }) => url) }
}

const SMART = `${BASE}/.well-known/smart-configuration`

describe('discover', () => {
  it.each([
    ['https://h.example', 'https://h.example/.well-known/smart-configuration'],
    ['https://h.example/fhir', 'https://h.example/fhir/.well-known/smart-configuration'],
    ['https://h.example/a/b/R4/', 'https://h.example/a/b/R4/.well-known/smart-configuration'],
  ])('appends the well-known part to %s (SM-08)', async (fhirBaseUrl, expected) => {
    const { find, urls } = setup({ [expected]: DOCUMENT }, { fhirBaseUrl })

    await find()

    expect(urls()).toEqual([expected])
  })

  it('asks for JSON, and takes it under whatever label (SM-09)', async () => {
    const { find, asked } = setup({ [SMART]: JSON.stringify(DOCUMENT) })

    expect((await find()).metadata.token_endpoint).toBe(`${LOGIN}/token`)
    expect(asked[0]?.headers.get('accept')).toBe('application/json')
  })

  it('resolves relative endpoints against the base (SM-10)', async () => {
    const web = {
      [SMART]: { ...DOCUMENT, token_endpoint: 'token', authorization_endpoint: '/login' },
    }

    expect((await setup(web).find()).metadata).toMatchObject({
      token_endpoint: 'https://ehr.general.example/fhir/token',
      authorization_endpoint: 'https://ehr.general.example/login',
    })
  })

  it.each(['capabilities', 'grant_types_supported', 'code_challenge_methods_supported', 'issuer'])(
    'does without %s (SM-11)',
    async (parameter) => {
      const { find } = setup({ [SMART]: { ...DOCUMENT, [parameter]: undefined } })

      expect((await find()).metadata.token_endpoint).toBe(`${LOGIN}/token`)
    },
  )

  it('has the FHIR base for an issuer where none is named', async () => {
    const { find } = setup({ [SMART]: { ...DOCUMENT, issuer: undefined } })

    expect((await find()).metadata.issuer).toBe(BASE)
  })

  it('keeps what says what the server can do, by its type (SM-13, SM-16)', async () => {
    const { find } = setup({
      [SMART]: {
        ...DOCUMENT,
        capabilities: ['permission-v1', 7, 'https://x.example/own'],
        authorization_response_iss_parameter_supported: 'yes',
        require_pushed_authorization_requests: true,
        revocation_endpoint: `${LOGIN}/revoke`,
        introspection_endpoint: `${LOGIN}/introspect`,
        management_endpoint: `${LOGIN}/manage`,
        user_access_brand_bundle: `${LOGIN}/brands.json`,
        user_access_brand_identifier: { system: 'urn:ietf:rfc:3986', value: LOGIN },
        dpop_signing_alg_values_supported: 'ES256',
      },
    })

    const { metadata } = await find()

    expect(metadata).toMatchObject({
      capabilities: ['permission-v1', 'https://x.example/own'],
      require_pushed_authorization_requests: true,
      revocation_endpoint: `${LOGIN}/revoke`,
      introspection_endpoint: `${LOGIN}/introspect`,
      management_endpoint: `${LOGIN}/manage`,
      user_access_brand_bundle: `${LOGIN}/brands.json`,
      user_access_brand_identifier: { value: LOGIN },
    })
    expect(metadata).not.toHaveProperty('dpop_signing_alg_values_supported')
    expect(metadata).not.toHaveProperty('authorization_response_iss_parameter_supported')
  })

  describe('in the order of the profile (SM-14)', () => {
    it('reads the CapabilityStatement of an old server, and the endpoints typed in last', async () => {
      const old = setup({ [`${BASE}/metadata`]: STATEMENT }, { scopes: ['launch'] })
      const silent = setup(
        {},
        {
          scopes: ['launch'],
          authorizationServer: {
            authorizationEndpoint: `${LOGIN}/a`,
            tokenEndpoint: `${LOGIN}/t`,
          },
        },
      )

      expect((await old.find()).metadata).toMatchObject({
        token_endpoint: `${LOGIN}/token`,
        management_endpoint: `${LOGIN}/manage`,
      })
      expect(old.asked[1]?.headers.get('accept')).toBe('application/fhir+json')
      expect((await silent.find()).metadata.token_endpoint).toBe(`${LOGIN}/t`)
      expect(silent.urls()).toEqual([
        SMART,
        `${BASE}/metadata`,
        `${BASE}/.well-known/openid-configuration`,
        'https://ehr.general.example/.well-known/openid-configuration/fhir',
      ])
    })

    it('asks nobody where the endpoints are typed in and the profile has them first', async () => {
      const { find, asked } = setup(
        { [SMART]: DOCUMENT },
        {
          vendor: 'elation',
          authorizationServer: {
            issuer: LOGIN,
            authorizationEndpoint: `${LOGIN}/a`,
            tokenEndpoint: `${LOGIN}/t`,
            jwksUri: `${LOGIN}/k`,
          },
        },
      )

      expect((await find()).metadata).toMatchObject({ token_endpoint: `${LOGIN}/t`, issuer: LOGIN })
      expect(asked).toEqual([])
    })

    it('looks for the keys of ID tokens where the issuer publishes them (SM-68, RP-22)', async () => {
      const { find, urls } = setup({
        [SMART]: { ...DOCUMENT, jwks_uri: undefined },
        [`${LOGIN}/.well-known/openid-configuration`]: DOCUMENT,
      })

      expect((await find()).metadata.jwks_uri).toBe(`${LOGIN}/jwks`)
      expect(urls()).not.toContain(`${BASE}/.well-known/openid-configuration`)
    })

    it('reads no further than a launch without an ID token needs', async () => {
      const web = { [SMART]: { ...DOCUMENT, jwks_uri: undefined } }
      const { find, asked } = setup(web, { scopes: ['launch', 'patient/*.rs'] })

      await find()

      expect(asked).toHaveLength(1)
    })

    it.each([
      [
        'oidc',
        [
          `${LOGIN}/t1/.well-known/openid-configuration`,
          `${LOGIN}/.well-known/openid-configuration/t1`,
          `${LOGIN}/.well-known/oauth-authorization-server/t1`,
          `${LOGIN}/t1/.well-known/oauth-authorization-server`,
        ],
      ],
    ] as const)(
      'tries both layouts of an issuer with a path: %s (MD-01)',
      async (vendor, addresses) => {
        const connection = { vendor, authorizationServer: { issuer: `${LOGIN}/t1` } }
        const { find, urls } = setup({}, connection)
        await expect(find()).rejects.toMatchObject({ code: 'discovery_failed' })
        expect(urls()).toEqual(addresses)

        for (const address of addresses) {
          const one = setup({ [address]: { ...DOCUMENT, issuer: `${LOGIN}/t1` } }, connection)
          expect((await one.find()).metadata.issuer).toBe(`${LOGIN}/t1`)
        }
      },
    )

    it('wants the issuer that was asked to be the one that answers (MD-02, RP-03)', async () => {
      const { find } = setup(
        { [`${LOGIN}/.well-known/openid-configuration`]: { ...DOCUMENT, issuer: `${LOGIN}/` } },
        { vendor: 'oidc', authorizationServer: { issuer: LOGIN } },
      )

      await expect(find()).rejects.toMatchObject({
        code: 'discovery_failed',
        detail: { reason: 'issuer_mismatch', parameter: 'issuer' },
      })
    })

    it('reads below the path of the profile, with its headers', async () => {
      const { find, asked } = setup(
        { 'https://ehr.general.example/.well-known/smart-configuration': DOCUMENT },
        {
          vendorOverrides: {
            discoveryPath: '/',
            discoveryHeaders: { 'epic-client-id': '{client_id}' },
          },
        },
      )

      expect((await find()).metadata.token_endpoint).toBe(`${LOGIN}/token`)
      expect(asked[0]?.headers.get('epic-client-id')).toBe('client-1')
    })

    it('takes a final slash off endpoints where the vendor has one too many', async () => {
      const { find } = setup(
        { [SMART]: { ...DOCUMENT, token_endpoint: `${LOGIN}/token/` } },
        { vendorOverrides: { endpointSlash: 'removed' } },
      )

      expect((await find()).metadata.token_endpoint).toBe(`${LOGIN}/token`)
    })
  })

  describe('what bad documents get', () => {
    it.each([
      ['HTML', '<html>sign in</html>', 'not_json'],
      ['nothing', ' ', 'not_json'],
      ['a list', [], 'not_an_object'],
      ['text', '"hello"', 'not_an_object'],
      ['a 401', 401, 'status_401'],
      ['a redirect', 302, 'status_302'],
      [
        'an endpoint by http (SM-04)',
        { ...DOCUMENT, token_endpoint: 'http://login.general.example/t' },
        'not_a_url',
      ],
      [
        'an endpoint that is a script',
        { ...DOCUMENT, authorization_endpoint: 'javascript:alert(1)' },
        'not_a_url',
      ],
      [
        'an endpoint with a user in it',
        { ...DOCUMENT, token_endpoint: 'https://u:p@h.example/t' },
        'not_a_url',
      ],
      [
        'an endpoint with a fragment',
        { ...DOCUMENT, token_endpoint: 'https://h.example/t#x' },
        'not_a_url',
      ],
      ['one that is too large', 'upstream_too_large', 'upstream_too_large'],
      ['one that takes too long', 'upstream_timeout', 'upstream_timeout'],
      ['an address in a private range', 'upstream_refused', 'upstream_refused'],
    ])('%s: a named reason, and no crash', async (_name, answer, reason) => {
      const { find } = setup({ [SMART]: answer })

      await expect(find()).rejects.toMatchObject({
        code: 'discovery_failed',
        detail: { host: 'ehr.general.example', reason },
      })
    })

    it.each(['authorization_endpoint', 'token_endpoint'])(
      'names a missing %s (SM-11)',
      async (parameter) => {
        const { find } = setup({ [SMART]: { ...DOCUMENT, [parameter]: undefined } })

        await expect(find()).rejects.toMatchObject({ detail: { parameter, reason: 'missing' } })
      },
    )

    it('goes on to the next document past one that is bad', async () => {
      const { find } = setup(
        { [SMART]: '<html>', [`${BASE}/metadata`]: STATEMENT },
        { scopes: ['launch'] },
      )

      expect((await find()).metadata.token_endpoint).toBe(`${LOGIN}/token`)
    })

    it('reads on no host but those it was given, for two seconds, and no more than a document is', async () => {
      const { find, asked } = setup({}, {}, ['ehr.general.example', 'login.general.example'])
      await expect(find()).rejects.toThrow()

      for (const { limits } of asked) {
        expect(limits.hosts).toEqual(['ehr.general.example', 'login.general.example'])
        expect(limits.timeoutMs).toBe(2_000)
      }
      expect(asked.map(({ limits }) => limits.maxBytes)).toEqual([
        512 * 1_024,
        // The CapabilityStatement, which lists every resource.
        4 * 1_024 * 1_024,
        512 * 1_024,
        512 * 1_024,
      ])
    })
  })
})
