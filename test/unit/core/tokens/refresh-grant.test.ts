import { decodeJwt, decodeProtectedHeader, UnsecuredJWT } from 'jose'
import { describe, expect, it } from 'vitest'
import type { Egress, EgressOptions } from '#core/egress.ts'
import { BrokerError, type ErrorCode } from '#core/errors.ts'
import { BoundToken, bindingKey } from '#core/oauth/bound-token.ts'
import { mintDpopKey } from '#core/oauth/dpop-proofs.ts'
import type { ClientAuthentication, Connection } from '#core/registry/registry.ts'
import { Secret } from '#core/secret.ts'
import type { Session } from '#core/session/session-store.ts'
import { refreshGrant } from '#core/tokens/refresh-grant.ts'
import type { TokenSet } from '#core/tokens/token-vault.ts'
import { aConnection, aRegistration, aRegistry, aSession, NOW } from '../../../fixtures.ts'
import { recordingLog } from '../../../support/recording-log.ts'

const ISSUER = 'https://login.general.example'
const tokens: TokenSet = {
  accessToken: new Secret('old-access'),
  refreshToken: new Secret('old-refresh'),
  tokenEndpoint: `${ISSUER}/token`,
  issuer: ISSUER,
  subject: 'user-8841',
  pagingKey: new Secret('paging-key'),
}
const good = {
  access_token: 'new-access',
  token_type: 'Bearer',
  expires_in: 300,
  refresh_token: 'new-refresh',
}

interface Sent {
  readonly url: string
  readonly body: URLSearchParams
  readonly headers: Headers
  readonly limits: EgressOptions
}

type Answer = Response | ErrorCode

function json(body: unknown, status = 200, headers: Record<string, string> = {}): Response {
  return new Response(JSON.stringify(body), {
    status,
    headers: { 'content-type': 'application/json', ...headers },
  })
}

function idToken(claims: Record<string, unknown>): string {
  return new UnsecuredJWT(claims).encode()
}

function setup(options: {
  readonly answers: readonly Answer[]
  readonly authentication?: ClientAuthentication
  readonly isRegistered?: boolean
  readonly vendorOverrides?: Connection['vendorOverrides']
  /** What the secret store holds: kept before, and set by now. */
  readonly secrets?: readonly string[]
}) {
  const { answers, authentication = { method: 'none' }, isRegistered = true } = options
  const { vendorOverrides = {}, secrets = ['secret-2', 'secret-1'] } = options
  const log = recordingLog()
  const sent: Sent[] = []
  const egress: Egress = async (url, init = {}, limits = {}) => {
    sent.push({
      url: String(url),
      body: new URLSearchParams(String(init.body)),
      headers: new Headers(init.headers),
      limits,
    })
    const answer = answers[sent.length - 1]
    if (answer === undefined) throw new Error('One request too many')
    if (typeof answer === 'string') throw new BrokerError(answer)
    return answer
  }
  const grant = refreshGrant({
    registry: aRegistry({
      connections: [aConnection({ vendorOverrides })],
      registrations: isRegistered ? [aRegistration({ authentication })] : [],
    }),
    secrets: {
      read: async (_, { fresh = false } = {}) =>
        (fresh ? secrets : ['secret-1']).map((secret) => new Secret(secret)),
    },
    signers: [
      {
        alg: 'RS384',
        publicJwk: () => Promise.reject(new Error('not needed')),
        signJwt: () => Promise.reject(new Error('KMS is away')),
      },
    ],
    egress,
    redirectUri: 'https://api.example/redirect',
    log,
    now: () => NOW,
  })
  const present = (
    changes: {
      readonly session?: Session
      readonly tokens?: TokenSet
      readonly remainingMs?: number
    } = {},
  ) =>
    grant({
      session: changes.session ?? aSession(),
      tokens: changes.tokens ?? tokens,
      remainingMs: () => changes.remainingMs ?? 8_000,
    })
  return { log, sent, present }
}

/** A grant with its tokens in clear. */
function shown(answer: Awaited<ReturnType<ReturnType<typeof setup>['present']>>) {
  if (answer.kind !== 'granted') return answer
  const { accessToken, refreshToken, pagingKey, ...kept } = answer.tokens
  return {
    ...answer,
    tokens: {
      ...kept,
      access: accessToken.reveal(),
      refresh: refreshToken?.reveal(),
      paging: pagingKey.reveal(),
    },
  }
}

describe('refreshGrant', () => {
  describe('of tokens that are bound to a key', () => {
    const key = mintDpopKey()
    const bound: TokenSet = { ...tokens, accessToken: new BoundToken('old-access', key) }
    const nonceWanted = () => json({ error: 'use_dpop_nonce' }, 400, { 'dpop-nonce': 'nonce-1' })

    it('is proven by the same key, once more with the nonce that is wanted, and stays bound (DP-02, DP-03)', async () => {
      const { sent, present } = setup({
        answers: [nonceWanted(), json({ ...good, token_type: 'DPoP' })],
      })

      const answer = await present({ tokens: bound })

      expect(answer.kind === 'granted' && bindingKey(answer.tokens.accessToken)).toBe(key)
      const proofs = sent.map(({ headers }) => headers.get('dpop') ?? '')
      expect(proofs.map((proof) => decodeJwt(proof)['nonce'])).toEqual([undefined, 'nonce-1'])
      expect(
        new Set(proofs.map((proof) => JSON.stringify(decodeProtectedHeader(proof).jwk))).size,
      ).toBe(1)
      expect(sent.map(({ body }) => body.get('refresh_token'))).toEqual([
        'old-refresh',
        'old-refresh',
      ])
    })

    it('takes no token in their place that whoever bears it could use (DP-03)', async () => {
      const { present } = setup({ answers: [json(good)] })

      expect(await present({ tokens: bound })).toEqual({
        kind: 'ambiguous',
        detail: { host: 'login.general.example', parameter: 'token_type' },
      })
    })
  })

  it.each([
    [{ method: 'none' } as const, { client_id: 'client-at-general' }, null],
    [
      { method: 'client_secret_basic', secretRef: 'general' } as const,
      {},
      `Basic ${btoa('client-at-general:secret-1')}`,
    ],
    [
      { method: 'client_secret_post', secretRef: 'general' } as const,
      { client_id: 'client-at-general', client_secret: 'secret-1' },
      null,
    ],
  ])(
    'is proven as the first exchange was: $method (SM-80)',
    async (authentication, members, header) => {
      const { sent, present } = setup({ answers: [json(good)], authentication })

      await present()

      expect(Object.fromEntries(sent[0]?.body ?? [])).toEqual({
        grant_type: 'refresh_token',
        refresh_token: 'old-refresh',
        ...members,
      })
      expect(sent[0]?.headers.get('authorization')).toBe(header)
    },
  )

  describe('the request', () => {
    it('presents the refresh token at the pinned endpoint, and asks for no scope (SM-81)', async () => {
      const { present, sent } = setup({ answers: [json(good)] })

      await present()

      expect(sent).toHaveLength(1)
      expect(sent[0]?.url).toBe(`${ISSUER}/token`)
      expect(Object.fromEntries(sent[0]?.body ?? [])).toEqual({
        grant_type: 'refresh_token',
        refresh_token: 'old-refresh',
        client_id: 'client-at-general',
      })
    })

    it('goes only to the endpoint’s host, on a fresh connection, within what is left', async () => {
      const { present, sent } = setup({ answers: [json(good)] })

      await present({ remainingMs: 4_321 })

      expect(sent[0]?.limits).toEqual({ hosts: ['login.general.example'], timeoutMs: 4_321 })
    })

    it('is not sent when its time is over', async () => {
      const { present, sent } = setup({ answers: [] })

      expect(await present({ remainingMs: 0 })).toMatchObject({ kind: 'unavailable' })
      expect(sent).toEqual([])
    })

    it('is not sent when the assertion cannot be signed, and the token stays good', async () => {
      const { present, sent } = setup({
        answers: [],
        authentication: { method: 'private_key_jwt' },
      })

      expect(await present()).toMatchObject({ kind: 'unavailable' })
      expect(sent).toEqual([])
    })

    it('is not sent for a registration that is gone', async () => {
      const { present, sent } = setup({ answers: [], isRegistered: false })

      expect(await present()).toMatchObject({ kind: 'client_refused' })
      expect(sent).toEqual([])
    })
  })

  describe('a good answer', () => {
    it('replaces both tokens, and keeps what the launch pinned (NF-51, NF-53)', async () => {
      const { present } = setup({ answers: [json({ ...good, scope: 'openid patient/*.rs' })] })

      expect(shown(await present())).toEqual({
        kind: 'granted',
        tokens: {
          access: 'new-access',
          refresh: 'new-refresh',
          paging: 'paging-key',
          tokenEndpoint: tokens.tokenEndpoint,
          issuer: ISSUER,
          subject: 'user-8841',
        },
        issuedAt: NOW,
        marginSeconds: 60,
        expiresAt: NOW + 300,
        scopes: ['openid', 'patient/*.rs', 'offline_access'],
      })
    })

    it.each([
      ['none', undefined],
      ['null', null],
      ['an empty one', ''],
    ])('keeps the old refresh token when %s comes (SM-82, NF-49)', async (_, refresh_token) => {
      const { present } = setup({ answers: [json({ ...good, refresh_token })] })

      expect(shown(await present())).toMatchObject({ tokens: { refresh: 'old-refresh' } })
    })

    it('goes on with the refresh token that comes again (NF-50)', async () => {
      const { present } = setup({ answers: [json({ ...good, refresh_token: 'old-refresh' })] })

      expect(shown(await present())).toMatchObject({
        kind: 'granted',
        tokens: { access: 'new-access', refresh: 'old-refresh' },
      })
    })

    it('says who signed on no less where it names only what FHIR may be read (NF-29)', async () => {
      const { present } = setup({ answers: [json({ ...good, scope: 'patient/*.rs' })] })

      expect(shown(await present())).toMatchObject({
        kind: 'granted',
        tokens: { subject: 'user-8841', issuer: ISSUER },
        scopes: expect.arrayContaining(['openid', 'patient/*.rs']),
      })
    })

    it.each([
      ['missing', undefined, 3_600],
      ['null', null, 3_600],
      ['no number', 'soon', 3_600],
      ['zero', 0, 3_600],
      ['a text', '600', 600],
      ['a fraction', 59.7, 59],
    ])('takes an expires_in that is %s', async (_, expires_in, seconds) => {
      const { present } = setup({ answers: [json({ ...good, expires_in })] })

      expect(await present()).toMatchObject({ kind: 'granted', expiresAt: NOW + seconds })
    })

    it('keeps the granted scopes where it names none (NF-24)', async () => {
      const { present } = setup({ answers: [json(good)] })

      expect(await present()).toMatchObject({ scopes: aSession().scopes })
    })

    it.each([undefined, 'pat-1', 'Patient/pat-1'])(
      'may name the same patient, or none: %s (NF-41)',
      async (patient) => {
        const { present } = setup({ answers: [json({ ...good, patient })] })

        expect(await present()).toMatchObject({ kind: 'granted' })
      },
    )

    it('brings no patient to a session that was opened without one (NF-40)', async () => {
      const { patient, ...session } = aSession()
      const { present } = setup({ answers: [json({ ...good, patient: 'pat-2' })] })

      const answer = await present({ session })

      expect(patient).toBe('pat-1')
      expect(answer).toMatchObject({ kind: 'granted' })
      expect(Object.keys(answer)).not.toContain('patient')
    })

    it('is refused for another patient (SM-85)', async () => {
      const { present } = setup({ answers: [json({ ...good, patient: 'pat-2' })] })

      expect(await present()).toEqual({
        kind: 'changed',
        what: 'patient',
        detail: { host: 'login.general.example', parameter: 'patient' },
      })
    })

    it.each(['mac', 'N_A', 'DPoP'])('is not used with the token type %s (OA-08)', async (type) => {
      const { present } = setup({ answers: [json({ ...good, token_type: type })] })

      expect(await present()).toMatchObject({ kind: 'ambiguous' })
    })
  })

  describe('its ID token (OpenID Connect Core §12.2)', () => {
    const claims = { iss: ISSUER, sub: 'user-8841', aud: 'client-at-general' }

    it('is accepted from the same issuer for the same person', async () => {
      const { present, log } = setup({ answers: [json({ ...good, id_token: idToken(claims) })] })

      expect(await present()).toMatchObject({ kind: 'granted' })
      expect(log.lines).toEqual([])
    })

    it.each([
      ['person', { ...claims, sub: 'user-1' }],
      ['issuer', { ...claims, iss: 'https://another.example' }],
    ])('is refused, and the tokens with it, for another %s', async (_, changed) => {
      const { present } = setup({ answers: [json({ ...good, id_token: idToken(changed) })] })

      expect(await present()).toMatchObject({ kind: 'changed', what: 'user' })
    })

    it.each([
      ['has no aud', idToken({ iss: ISSUER, sub: 'user-8841' })],
      ['is for another client', idToken({ ...claims, aud: 'another' })],
      ['has no sub', idToken({ iss: ISSUER, aud: 'client-at-general' })],
      ['is no JWT', 'nonsense'],
    ])('is dropped with a log line when it %s, and the tokens are kept', async (_, id_token) => {
      const { present, log } = setup({ answers: [json({ ...good, id_token })] })

      expect(await present()).toMatchObject({ kind: 'granted' })
      expect(log.lines.map(({ event }) => event)).toEqual(['id_token_dropped'])
    })
  })

  describe('another answer', () => {
    it.each([
      ['400 invalid_grant', json({ error: 'invalid_grant' }, 400), { kind: 'revoked' }],
      ['200 with invalid_grant', json({ error: 'invalid_grant' }), { kind: 'revoked' }],
      ['400 invalid_client', json({ error: 'invalid_client' }, 400), { kind: 'client_refused' }],
      ['401 with HTML', new Response('<h1>No</h1>', { status: 401 }), { kind: 'client_refused' }],
      ['400 invalid_scope', json({ error: 'invalid_scope' }, 400), { kind: 'client_refused' }],
      [
        '429 with Retry-After',
        json({}, 429, { 'retry-after': '17' }),
        { kind: 'unavailable', retryAfterSeconds: 17 },
      ],
      [
        '503 with a date to retry after',
        json({}, 503, { 'retry-after': new Date((NOW + 30) * 1000).toUTCString() }),
        { kind: 'unavailable', retryAfterSeconds: 30 },
      ],
      ['500 with invalid_grant', json({ error: 'invalid_grant' }, 500), { kind: 'unavailable' }],
      [
        '400 temporarily_unavailable',
        json({ error: 'temporarily_unavailable' }, 400),
        { kind: 'unavailable' },
      ],
      ['403 with HTML', new Response('<h1>No</h1>', { status: 403 }), { kind: 'unavailable' }],
      ['302', new Response(null, { status: 302 }), { kind: 'unavailable' }],
      ['200 with HTML', new Response('<h1>Hello</h1>'), { kind: 'ambiguous' }],
      ['200 with nothing', new Response(''), { kind: 'ambiguous' }],
      ['200 with a list', json([]), { kind: 'ambiguous' }],
      ['200 without an access token', json({ token_type: 'Bearer' }), { kind: 'ambiguous' }],
      ['no connection', 'upstream_unavailable', { kind: 'unavailable' }],
      ['an address that is not allowed', 'upstream_refused', { kind: 'unavailable' }],
      ['no answer in time', 'upstream_timeout', { kind: 'ambiguous' }],
      ['a connection that broke', 'upstream_interrupted', { kind: 'ambiguous' }],
      ['an endless body', 'upstream_too_large', { kind: 'ambiguous' }],
    ] as const)('%s is classified, and never repeated', async (_, answer, classified) => {
      const { present, sent } = setup({ answers: [answer] })

      expect(await present()).toMatchObject(classified)
      expect(sent).toHaveLength(1)
    })

    it('tells nothing of itself, but a registered error code', async () => {
      const { present } = setup({
        answers: [
          json({ error: 'invalid_grant', error_description: 'token canary-77 of Jane Roe' }, 400),
        ],
      })
      const { present: presentOdd } = setup({ answers: [json({ error: 'Jane Roe!' }, 400)] })

      expect(await present()).toEqual({
        kind: 'revoked',
        detail: { host: 'login.general.example', status: 400, oauthError: 'invalid_grant' },
      })
      expect(await presentOdd()).toMatchObject({ detail: { oauthError: 'unrecognized' } })
    })
  })

  describe('a refused client', () => {
    const authentication = { method: 'client_secret_basic', secretRef: 'ref' } as const
    const basic = (secret: string) =>
      `Basic ${Buffer.from(`client-at-general:${secret}`).toString('base64')}`

    it('is tried with a freshly read secret, once', async () => {
      const { present, sent } = setup({
        answers: [json({ error: 'invalid_client' }, 401), json(good)],
        authentication,
      })

      expect(await present()).toMatchObject({ kind: 'granted' })
      expect(sent.map(({ headers }) => headers.get('authorization'))).toEqual([
        basic('secret-1'),
        basic('secret-2'),
      ])
    })

    it('is tried with the secret before the one set, where the EHR has not changed yet', async () => {
      const refusal = () => json({ error: 'invalid_client' }, 401)
      const { present, sent } = setup({
        answers: [refusal(), refusal(), json(good)],
        authentication,
        secrets: ['secret-3', 'secret-0', 'secret-1'],
      })

      expect(await present()).toMatchObject({ kind: 'granted' })
      expect(sent.map(({ headers }) => headers.get('authorization'))).toEqual([
        basic('secret-1'),
        basic('secret-3'),
        basic('secret-0'),
      ])
    })

    it('is not repeated with the secret that was refused', async () => {
      const { present, sent } = setup({
        answers: [json({ error: 'invalid_client' }, 401)],
        authentication,
        secrets: ['secret-1'],
      })

      expect(await present()).toMatchObject({ kind: 'client_refused' })
      expect(sent).toHaveLength(1)
    })

    it('is not tried again for an error that no other secret would mend', async () => {
      const { present, sent } = setup({
        answers: [json({ error: 'invalid_scope' }, 400)],
        authentication,
      })

      expect(await present()).toMatchObject({ kind: 'client_refused' })
      expect(sent).toHaveLength(1)
    })

    it('is refused for good when the fresh secret is refused too', async () => {
      const refusal = () => json({ error: 'invalid_client' }, 401)
      const { present, sent } = setup({
        answers: [refusal(), refusal()],
        authentication,
        secrets: ['secret-2'],
      })

      expect(await present()).toMatchObject({ kind: 'client_refused' })
      expect(sent).toHaveLength(2)
    })
  })

  describe('what a vendor wants otherwise', () => {
    it('names the granted scope and the redirect URI (IN-28)', async () => {
      const { present, sent } = setup({
        answers: [json(good)],
        vendorOverrides: { refreshParameters: ['scope', 'redirect_uri'] },
      })

      await present()

      expect(Object.fromEntries(sent[0]?.body ?? [])).toMatchObject({
        scope: aSession().scopes.join(' '),
        redirect_uri: 'https://api.example/redirect',
      })
    })

    it('means invalid_grant by another error, and nobody else does (NF-67)', async () => {
      const refusal = () => json({ error: 'invalid_request' }, 400)
      const { present: presentAnywhere } = setup({ answers: [refusal()] })
      const { present } = setup({
        answers: [refusal()],
        vendorOverrides: { refreshFatalErrors: ['invalid_request'] },
      })

      expect(await present()).toMatchObject({ kind: 'revoked' })
      expect(await presentAnywhere()).toMatchObject({ kind: 'client_refused' })
    })

    it('takes a token without a life for one of its usual life, and renews it early', async () => {
      const { expires_in, ...unstated } = good
      const { present } = setup({
        answers: [json(unstated)],
        vendorOverrides: { defaultTokenSeconds: 570, refreshMarginSeconds: 120 },
      })

      expect(expires_in).toBe(300)
      expect(await present()).toMatchObject({ expiresAt: NOW + 570, marginSeconds: 120 })
    })
  })
})
