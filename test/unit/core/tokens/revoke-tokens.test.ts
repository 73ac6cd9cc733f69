import { describe, expect, it } from 'vitest'
import type { AuthorizationServerMetadata } from '#core/discovery/authorization-server.ts'
import type { Egress, EgressOptions } from '#core/egress.ts'
import { BrokerError } from '#core/errors.ts'
import type { ClientAuthentication } from '#core/registry/registry.ts'
import { Secret } from '#core/secret.ts'
import { revokeTokens } from '#core/tokens/revoke-tokens.ts'
import type { TokenSet } from '#core/tokens/token-vault.ts'
import { aConnection, aRegistration, aRegistry, aSession, NOW } from '../../../fixtures.ts'
import { joseSigner } from '../../../support/jose-signer.ts'

/** Of all tests: an RSA key takes a while to make. */
const signer = await joseSigner('RS384')

const ISSUER = 'https://login.general.example'
const tokens: TokenSet = {
  accessToken: new Secret('the-access'),
  refreshToken: new Secret('the-refresh'),
  tokenEndpoint: `${ISSUER}/token`,
  issuer: ISSUER,
  pagingKey: new Secret('paging-key'),
}
const metadata: AuthorizationServerMetadata = {
  issuer: ISSUER,
  authorization_endpoint: `${ISSUER}/authorize`,
  token_endpoint: `${ISSUER}/token`,
  revocation_endpoint: `${ISSUER}/revoke`,
}

interface Options {
  readonly answer?: Response | BrokerError
  /** Before that one. */
  readonly firstAnswers?: readonly Response[]
  readonly authentication?: ClientAuthentication
  readonly isRegistered?: boolean
  /** Over what the server says of itself by default. */
  readonly discovered?: Partial<Record<keyof AuthorizationServerMetadata, string | undefined>>
  readonly undiscovered?: BrokerError
}

async function setup(options: Options = {}) {
  const { answer = new Response(), isRegistered = true, discovered = {} } = options
  const clock = { now: NOW }
  const firstAnswers = [...(options.firstAnswers ?? [])]
  const sent: { url: string; body: URLSearchParams; headers: Headers; limits: EgressOptions }[] = []
  const egress: Egress = async (url, init = {}, limits = {}) => {
    const body = new URLSearchParams(String(init.body))
    sent.push({ url: String(url), body, headers: new Headers(init.headers), limits })
    const first = firstAnswers.shift()
    if (first) return first
    if (answer instanceof BrokerError) throw answer
    return answer
  }
  const revoke = revokeTokens({
    registry: aRegistry({
      connections: [aConnection()],
      registrations: isRegistered
        ? [aRegistration({ authentication: options.authentication ?? { method: 'none' } })]
        : [],
    }),
    discovery: async () => {
      if (options.undiscovered) throw options.undiscovered
      return { ...metadata, ...discovered } as AuthorizationServerMetadata
    },
    secrets: {
      read: async (_, { fresh = false } = {}) => [
        new Secret(fresh ? 'newer-secret' : 'client-secret'),
      ],
    },
    signers: [signer],
    egress,
    now: () => clock.now,
  })
  return { clock, sent, revoked: (set = tokens) => revoke(aSession(), set) }
}

describe('revokeTokens', () => {
  it('revokes the refresh token at the endpoint that the server names, once (SM-90, RV-01)', async () => {
    const { sent, revoked } = await setup()

    expect((await revoked()).outcome).toBe('revoked')

    expect(sent).toHaveLength(1)
    expect(sent[0]?.url).toBe(`${ISSUER}/revoke`)
    expect(Object.fromEntries(sent[0]?.body ?? [])).toEqual({
      token: 'the-refresh',
      token_type_hint: 'refresh_token',
      client_id: 'client-at-general',
    })
    expect(sent[0]?.limits).toEqual({ timeoutMs: 8_000, hosts: ['login.general.example'] })
  })

  it('revokes as the client that the tokens were issued to, though the registration has another now', async () => {
    const { sent, revoked } = await setup()

    expect((await revoked({ ...tokens, clientId: 'client-before' })).outcome).toBe('revoked')

    expect(sent[0]?.body.get('client_id')).toBe('client-before')
  })

  it('revokes the access token where there is no other', async () => {
    const { sent, revoked } = await setup()
    const { refreshToken, ...alone } = tokens

    expect((await revoked(alone)).outcome).toBe('revoked')

    expect(Object.fromEntries(sent[0]?.body ?? [])).toMatchObject({
      token: 'the-access',
      token_type_hint: 'access_token',
    })
  })

  it('revokes the access token where the server revokes no refresh tokens (RV-01)', async () => {
    const unsupported = Response.json({ error: 'unsupported_token_type' }, { status: 400 })
    const { sent, revoked } = await setup({ firstAnswers: [unsupported] })

    expect(await revoked()).toEqual({
      outcome: 'revoked',
      detail: { host: 'login.general.example' },
    })
    expect(sent.map(({ body }) => [body.get('token'), body.get('token_type_hint')])).toEqual([
      ['the-refresh', 'refresh_token'],
      ['the-access', 'access_token'],
    ])
  })

  it('asks no third time of a server that revokes neither (RV-01)', async () => {
    const unsupported = () => Response.json({ error: 'unsupported_token_type' }, { status: 400 })
    const { sent, revoked } = await setup({ firstAnswers: [unsupported(), unsupported()] })

    expect((await revoked()).outcome).toBe('refused')
    expect(sent).toHaveLength(2)
  })

  it('asks a server that wants time again when that is over, and not before (RV-01)', async () => {
    const busy = new Response(null, { status: 503, headers: { 'retry-after': '120' } })
    const { clock, sent, revoked } = await setup({ firstAnswers: [busy] })

    expect((await revoked()).outcome).toBe('failed')
    clock.now = NOW + 119
    expect(await revoked()).toEqual({
      outcome: 'failed',
      detail: { host: 'login.general.example', reason: 'retry_after' },
    })
    expect(sent).toHaveLength(1)
    clock.now = NOW + 120
    expect((await revoked()).outcome).toBe('revoked')
  })

  it('proves that it is the client: by a secret', async () => {
    const authentication = { method: 'client_secret_basic', secretRef: 'general' } as const
    const { sent, revoked } = await setup({ authentication })

    await revoked()

    const credentials = Buffer.from('client-at-general:client-secret').toString('base64')
    expect(sent[0]?.headers.get('authorization')).toBe(`Basic ${credentials}`)
  })

  it('tries the secret that was set meanwhile, once', async () => {
    const authentication = { method: 'client_secret_basic', secretRef: 'general' } as const
    const answer = new Response(null, { status: 401 })
    const { sent, revoked } = await setup({ authentication, answer })

    expect((await revoked()).outcome).toBe('failed')

    const passwords = sent.map(({ headers }) =>
      Buffer.from(headers.get('authorization')?.slice(6) ?? '', 'base64').toString(),
    )
    expect(passwords).toEqual(['client-at-general:client-secret', 'client-at-general:newer-secret'])
  })

  it('proves that it is the client: by an assertion', async () => {
    const { sent, revoked } = await setup({ authentication: { method: 'private_key_jwt' } })

    await revoked()

    expect(sent[0]?.body.get('client_assertion')).toMatch(/^ey/)
    expect(sent[0]?.body.get('client_assertion_type')).toMatch(/jwt-bearer$/)
  })

  it.each<[string, Options, string]>([
    ['names no endpoint', { discovered: { revocation_endpoint: undefined } }, 'not_advertised'],
    [
      'is another issuer now',
      { discovered: { issuer: 'https://other.example' } },
      'server_changed',
    ],
    [
      'has another token endpoint now',
      { discovered: { token_endpoint: 'https://login.general.example/other' } },
      'server_changed',
    ],
    ['is registered no more', { isRegistered: false }, 'registration_gone'],
  ])('sends no token to a server that %s', async (_, options, reason) => {
    const { sent, revoked } = await setup(options)

    expect(await revoked()).toMatchObject({ outcome: 'not_offered', detail: { reason } })
    expect(sent).toEqual([])
  })

  it.each<[number, string, object]>([
    [400, 'refused', { error: 'invalid_request' }],
    [403, 'refused', {}],
    [404, 'refused', {}],
    [401, 'failed', { error: 'invalid_client' }],
    [429, 'failed', {}],
    [408, 'failed', {}],
    [500, 'failed', {}],
    [503, 'failed', {}],
    [302, 'failed', {}],
  ])('takes an answer of %i for %s', async (status, outcome, body) => {
    const { revoked } = await setup({ answer: Response.json(body, { status }) })

    const { error } = body as { readonly error?: string }
    expect(await revoked()).toEqual({
      outcome,
      detail: {
        host: 'login.general.example',
        status,
        ...(error !== undefined && { oauthError: error }),
      },
    })
  })

  it.each([null, 'error', 7, ['error'], { error: 7 }, { error: null }])(
    'finds no error in a body of %j',
    async (body) => {
      const { revoked } = await setup({ answer: Response.json(body, { status: 400 }) })

      expect(await revoked()).toEqual({
        outcome: 'refused',
        detail: { host: 'login.general.example', status: 400 },
      })
    },
  )

  it('tries no other secret where it is not the client that is refused', async () => {
    const authentication = { method: 'client_secret_basic', secretRef: 'general' } as const
    const answer = Response.json({ error: 'invalid_request' }, { status: 400 })
    const { sent, revoked } = await setup({ authentication, answer })

    expect((await revoked()).outcome).toBe('refused')
    expect(sent).toHaveLength(1)
  })

  it('asks a server again at once that has revoked, whatever else it says', async () => {
    const answer = new Response(null, { headers: { 'retry-after': '120' } })
    const { revoked } = await setup({ answer })

    expect([(await revoked()).outcome, (await revoked()).outcome]).toEqual(['revoked', 'revoked'])
  })

  it('says nothing of an answer but its status and a registered error', async () => {
    const answer = Response.json({ error: 'Patient 1234', token: 'x' }, { status: 400 })
    const { revoked } = await setup({ answer })

    expect((await revoked()).detail).toEqual({
      host: 'login.general.example',
      status: 400,
      oauthError: 'unrecognized',
    })
  })

  it.each<[string, Options]>([
    ['upstream_timeout', { answer: new BrokerError('upstream_timeout') }],
    ['discovery_failed', { undiscovered: new BrokerError('discovery_failed') }],
  ])('has failed, and does not throw, at %s', async (reason, options) => {
    const { revoked } = await setup(options)

    expect(await revoked()).toMatchObject({ outcome: 'failed', detail: { reason } })
  })
})
