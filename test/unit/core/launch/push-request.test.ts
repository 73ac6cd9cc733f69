import { calculateJwkThumbprint, type JWK } from 'jose'
import { describe, expect, it } from 'vitest'
import { memoryOneTimeStore } from '#adapters/memory/one-time-store.ts'
import { memorySecretReader } from '#adapters/memory/secret-reader.ts'
import type { Egress, EgressOptions } from '#core/egress.ts'
import { BrokerError } from '#core/errors.ts'
import { startLaunch } from '#core/launch/begin-launch.ts'
import type { OneTimeRecord } from '#core/launch/one-time-store.ts'
import type { LaunchClear } from '#core/launch/pending-launch.ts'
import { takeLaunch } from '#core/redirect/take-launch.ts'
import type { Registration } from '#core/registry/registry.ts'
import type { VendorBehavior } from '#core/vendors/vendor-profile.ts'
import { aConnection, aRegistration, aRegistry, NOW } from '../../../fixtures.ts'
import { joseSigner } from '../../../support/jose-signer.ts'
import { recordingLog } from '../../../support/recording-log.ts'

/** Of all tests: an RSA key takes a while to make. */
const signer = await joseSigner('RS384')

const ENDPOINT = 'https://login.general.example/par'
const REQUEST_URI = 'urn:ietf:params:oauth:request_uri:6esc_11ACC5bwc014ltc14eY22c'

interface Given {
  readonly answers?: readonly (Response | BrokerError)[]
  readonly authentication?: Registration['authentication']
  readonly metadata?: object
  readonly overrides?: Partial<VendorBehavior>
}

/** Begins a launch at a server that answers pushed requests as given. */
async function setup({
  answers = [Response.json({ request_uri: REQUEST_URI, expires_in: 60 }, { status: 201 })],
  authentication = { method: 'client_secret_basic', secretRef: 'heartline' },
  metadata = {},
  overrides = {},
}: Given = {}) {
  const left = [...answers]
  const sent: {
    url: string
    body: URLSearchParams
    authorization: string | null
    limits: EgressOptions | undefined
  }[] = []
  const egress: Egress = async (url, init, limits) => {
    const request = new Request(url, init)
    sent.push({
      url: request.url,
      body: new URLSearchParams(await request.text()),
      authorization: request.headers.get('authorization'),
      limits,
    })
    const answer = left.shift() ?? new BrokerError('upstream_unavailable')
    if (answer instanceof BrokerError) throw answer
    return answer
  }
  const kept: OneTimeRecord<LaunchClear>[] = []
  const store = memoryOneTimeStore<LaunchClear>(() => NOW)
  const launches: typeof store = {
    ...store,
    async put(key, record) {
      kept.push(record)
      await store.put(key, record)
    },
  }
  const begin = () =>
    startLaunch(
      aConnection({ vendorOverrides: overrides }),
      { iss: 'https://ehr.general.example/fhir', launch: 'handle' },
      {
        registry: aRegistry({ registrations: [aRegistration({ authentication })] }),
        discovery: async () => ({
          issuer: 'https://login.general.example',
          authorization_endpoint: 'https://login.general.example/authorize?tenant=7',
          token_endpoint: 'https://login.general.example/token',
          pushed_authorization_request_endpoint: ENDPOINT,
          ...metadata,
        }),
        launches,
        redirectUri: 'https://broker.example/live/redirect',
        egress,
        secrets: memorySecretReader({ heartline: ['one', 'before'] }),
        signers: [signer],
        log: recordingLog(),
        now: () => NOW,
      },
    )
  return { begin, kept, launches, sent }
}

describe('a pushed authorization request', () => {
  it('leaves the browser the client id and a reference only (PA-01)', async () => {
    const { begin, sent } = await setup()

    const { url, form } = await begin()

    expect(Object.fromEntries(url.searchParams)).toEqual({
      tenant: '7',
      client_id: 'client-at-general',
      request_uri: REQUEST_URI,
    })
    expect(form).toBeUndefined()
    expect(sent).toHaveLength(1)
    expect(sent[0]?.url).toBe(ENDPOINT)
    expect(sent[0]?.authorization).toBe(`Basic ${btoa('client-at-general:one')}`)
    expect(Object.fromEntries(sent[0]?.body ?? [])).toMatchObject({
      response_type: 'code',
      client_id: 'client-at-general',
      aud: 'https://ehr.general.example/fhir',
      launch: 'handle',
      code_challenge_method: 'S256',
      state: expect.stringMatching(/^[\w-]{43}$/),
    })
  })

  it('goes to the endpoint’s host alone, in bounded time, and takes a reference with status 200 too', async () => {
    const { begin, sent } = await setup({ answers: [Response.json({ request_uri: REQUEST_URI })] })

    expect((await begin()).url.searchParams.get('request_uri')).toBe(REQUEST_URI)
    expect(sent[0]?.limits).toEqual({
      hosts: ['login.general.example'],
      timeoutMs: 5_000,
      maxBytes: 16_384,
    })
  })

  it('is proven by an assertion as a token request is (PA-01)', async () => {
    const { begin, sent } = await setup({ authentication: { method: 'private_key_jwt' } })

    await begin()

    expect(sent[0]?.body.get('client_assertion')).toMatch(/^ey/)
    expect(sent[0]?.authorization).toBeNull()
  })

  it('tries the secret before, where the newest is refused', async () => {
    const { begin, sent } = await setup({
      answers: [
        Response.json({ error: 'invalid_client' }, { status: 401 }),
        Response.json({ request_uri: REQUEST_URI }, { status: 201 }),
      ],
    })

    await begin()

    expect(sent.map(({ authorization }) => authorization)).toEqual([
      `Basic ${btoa('client-at-general:one')}`,
      `Basic ${btoa('client-at-general:before')}`,
    ])
  })

  const detail = { connection: 'general-production', host: 'login.general.example' }

  it.each([
    [
      'an error',
      Response.json({ error: 'invalid_scope' }, { status: 400 }),
      'authorization_client_refused',
      { status: 400, reason: 'request_not_pushed', oauthError: 'invalid_scope' },
    ],
    [
      'a reference and an error',
      Response.json({ request_uri: REQUEST_URI, error: 'invalid_request' }, { status: 300 }),
      'authorization_client_refused',
      { status: 300, reason: 'request_not_pushed', oauthError: 'invalid_request' },
    ],
    [
      'no reference',
      Response.json({ request_uri: 7 }, { status: 201 }),
      'authorization_client_refused',
      { status: 201, reason: 'request_not_pushed' },
    ],
    [
      'an empty reference',
      Response.json({ request_uri: '' }, { status: 200 }),
      'authorization_client_refused',
      { status: 200, reason: 'request_not_pushed' },
    ],
    [
      'a page',
      new Response('<html>', { status: 200 }),
      'authorization_client_refused',
      { status: 200, reason: 'request_not_pushed' },
    ],
    [
      'its own failure',
      new Response('', { status: 500 }),
      'authorization_server_unavailable',
      { status: 500, reason: 'request_not_pushed' },
    ],
    [
      'nothing',
      new BrokerError('upstream_timeout', { detail: { parameter: 'x' } }),
      'authorization_server_unavailable',
      { parameter: 'x', reason: 'upstream_timeout' },
    ],
  ])(
    'that is answered by %s ends the launch, and is not tried in the open (PK-02)',
    async (_what, answer, code, said) => {
      const { begin, sent } = await setup({ answers: [answer], authentication: { method: 'none' } })

      const error: unknown = await begin().catch((thrown: unknown) => thrown)

      expect(error).toMatchObject({ code })
      expect((error as BrokerError).detail).toEqual({ ...detail, ...said })
      expect(sent).toHaveLength(1)
    },
  )

  it('is not made where the server has no endpoint for it, nor where the connection says so', async () => {
    const none = await setup({ metadata: { pushed_authorization_request_endpoint: undefined } })
    const off = await setup({ overrides: { pushedRequests: 'none' } })

    for (const { begin, sent } of [none, off]) {
      expect((await begin()).url.searchParams.get('response_type')).toBe('code')
      expect(sent).toEqual([])
    }
  })

  it('is refused, by name, where it is demanded and has no address', async () => {
    const { begin } = await setup({
      metadata: {
        pushed_authorization_request_endpoint: undefined,
        require_pushed_authorization_requests: true,
      },
    })

    await expect(begin()).rejects.toMatchObject({
      code: 'discovery_failed',
      detail: { parameter: 'pushed_authorization_request_endpoint', reason: 'missing' },
    })
  })
})

describe('a launch at a server that binds tokens to keys', () => {
  const BINDING = { dpop_signing_alg_values_supported: ['RS256', 'ES256'] }

  /** The launch's key as the browser's state opens it, and what of it the request says. */
  async function begun(given: Given) {
    const { begin, kept, launches, sent } = await setup(given)
    const { url } = await begin()
    const asked = sent[0]?.body ?? url.searchParams
    const state = asked.get('state') ?? ''
    const [cookieHash = ''] = kept.map(({ browser }) => browser.cookieHash)
    const { dpopKey } = await takeLaunch(state, [cookieHash], launches)
    return { dpopKey, thumbprint: asked.get('dpop_jkt'), kept: JSON.stringify(kept) }
  }

  it.each([
    ['by the browser', { pushedRequests: 'none' }],
    ['by the server itself', {}],
  ] as const)(
    'binds the code to the key that its tokens will have, in a request that goes %s (RFC 9449 §10)',
    async (_how, overrides) => {
      const { dpopKey, thumbprint, kept } = await begun({ metadata: BINDING, overrides })

      const key: JWK = JSON.parse(dpopKey ?? '{}')
      expect(key).toMatchObject({ kty: 'EC', crv: 'P-256', d: expect.any(String) })
      expect(thumbprint).toBe(await calculateJwkThumbprint(key))
      expect(kept).not.toContain(key.d)
      expect((await begun({ metadata: BINDING, overrides })).thumbprint).not.toBe(thumbprint)
    },
  )

  it.each([
    ['takes no proof by ES256', ['EdDSA'], {}],
    ['does not say so', undefined, {}],
    ['is one of which the connection says that it does not', ['ES256'], { dpop: 'none' }],
  ] as const)('has no key where the server %s', async (_what, algorithms, overrides) => {
    const { dpopKey, thumbprint } = await begun({
      metadata: { dpop_signing_alg_values_supported: algorithms },
      overrides,
    })

    expect([dpopKey, thumbprint]).toEqual([undefined, null])
  })
})
