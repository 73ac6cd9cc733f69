import type { Context } from 'aws-lambda'
import { createLocalJWKSet, decodeProtectedHeader, importJWK, jwtVerify } from 'jose'
import { expect, test } from 'vitest'
import { memoryReplayStore } from '#adapters/memory/replay-store.ts'
import { clientKeys } from '#core/app-token/client-keys.ts'
import { verifyAppToken } from '#core/app-token/verify-app-token.ts'
import type { EventFields } from '#core/event-log.ts'
import { Secret } from '#core/secret.ts'
import type { OwnedSession } from '#core/session/find-session.ts'
import { sessionKey } from '#core/session/session-id.ts'
import { httpHandler } from '#http/http-handler.ts'
import type { HttpRequest } from '#http/http-request.ts'
import { oauthError } from '#http/oauth-error.ts'
import { tokenHandler } from '../../lambdas/token/handler.ts'
import { anApp, aRegistry, NOW } from '../fixtures.ts'
import {
  ASSERTION_TYPE,
  aClientKey,
  CLIENT_ID,
  PUBLIC_BASE_URL,
  TOKEN_URL,
} from '../support/api-client.ts'
import { joseSigner } from '../support/jose-signer.ts'

const CLIENT = await aClientKey('ES384', 'ec-1')
const TOKENS = await joseSigner('ES256')
const ASSERTIONS = await joseSigner('RS384')
const NEXT_ASSERTIONS = await joseSigner('RS384')
const ELLIPTIC_ASSERTIONS = await joseSigner('ES384')
const MESSAGES = await joseSigner('ES384')

function setup(sessions: readonly OwnedSession[] = []) {
  const lines: (readonly [string, EventFields | undefined])[] = []
  const write = (event: string, fields?: EventFields) => void lines.push([event, fields])
  const log = { info: write, warn: write, error: write }
  const now = () => NOW
  const handler = httpHandler(
    tokenHandler({
      registry: aRegistry({
        apps: [anApp({ clients: [{ clientId: CLIENT_ID, jwks: { keys: [CLIENT.jwk] } }] })],
      }),
      keys: clientKeys({ egress: () => Promise.reject(new Error('no network')), now }),
      replays: memoryReplayStore(),
      signer: TOKENS,
      assertions: [ASSERTIONS, NEXT_ASSERTIONS, ELLIPTIC_ASSERTIONS].map((key) => ({
        ...key,
        publicJwk: async () => ({ ...(await key.publicJwk()), d: 'private', extra: 1 }),
      })),
      messages: [MESSAGES],
      tokenUrls: [TOKEN_URL, `${PUBLIC_BASE_URL}/v2/auth/token`],
      readSessionEnd: async (id) => sessions.find((session) => session.id === id),
      publicBaseUrl: PUBLIC_BASE_URL,
      log,
      now,
    }),
    log,
    oauthError,
  )
  const send = async (request: Partial<HttpRequest>) => {
    const event = { requestContext: { requestId: 'reference-1' }, ...request } as HttpRequest
    const response = await handler(event, {} as Context)
    return { ...response, json: JSON.parse(response.body) }
  }
  const post = (
    form: Readonly<Record<string, string>> | string,
    { resource = '/auth/token', headers = {} } = {},
  ) =>
    send({
      resource,
      httpMethod: 'POST',
      headers: { 'Content-Type': 'application/x-www-form-urlencoded', ...headers },
      body: Buffer.from(new URLSearchParams(form).toString()).toString('base64'),
      isBase64Encoded: true,
    })
  return { lines, post, send }
}

async function form(changes: Readonly<Record<string, string>> = {}) {
  return {
    grant_type: 'client_credentials',
    client_assertion_type: ASSERTION_TYPE,
    client_assertion: await CLIENT.assertion(),
    ...changes,
  }
}

test.each(['/auth/token', '/v2/auth/token'])(
  'gives a token that opens the API door at %s, and is kept by no cache (IN-23, IN-29, BK-16)',
  async (resource) => {
    const { lines, post } = setup()

    const { statusCode, headers, json } = await post(await form({ client_id: CLIENT_ID }), {
      resource,
    })

    expect(statusCode).toBe(200)
    expect(headers).toMatchObject({
      'content-type': 'application/json',
      'cache-control': 'no-store',
      pragma: 'no-cache',
    })
    expect(json).toEqual({
      access_token: expect.any(String),
      token_type: 'bearer',
      expires_in: 300,
      scope: 'system/*.cruds',
    })
    expect(
      await verifyAppToken(`Bearer ${json.access_token}`, {
        signers: [TOKENS],
        publicBaseUrl: PUBLIC_BASE_URL,
        now: () => NOW + 299,
      }),
    ).toEqual({ app: 'heartline', clientId: CLIENT_ID, scope: 'system/*.cruds' })
    expect(lines).toEqual([['app_token_issued', { app: 'heartline' }]])
  },
)

test('makes a token of the form of RFC 9068, each with its own jti (BK-16)', async () => {
  const { post } = setup()
  const first = (await post(await form({ scope: 'system/*.rs' }))).json
  const second = (await post(await form())).json
  const key = await importJWK(await TOKENS.publicJwk())

  const { payload } = await jwtVerify(first.access_token, key, {
    currentDate: new Date(NOW * 1000),
  })

  expect(decodeProtectedHeader(first.access_token)).toMatchObject({ alg: 'ES256', typ: 'at+jwt' })
  expect(payload).toEqual({
    iss: PUBLIC_BASE_URL,
    aud: PUBLIC_BASE_URL,
    sub: CLIENT_ID,
    client_id: CLIENT_ID,
    app: 'heartline',
    scope: 'system/*.rs',
    iat: NOW,
    exp: NOW + 300,
    jti: expect.any(String),
  })
  expect(second.access_token).not.toContain(payload.jti)
  expect(first.scope).toBe('system/*.rs')
})

test.each([
  ['another grant (IN-20)', { grant_type: 'not_a_grant' }, 400, 'unsupported_grant_type'],
  ['another assertion type (IN-21, IN-22)', { client_assertion_type: 'x' }, 401, 'invalid_client'],
  ['a broken assertion', { client_assertion: 'a.b.c' }, 401, 'invalid_client'],
  ['the client_id of another', { client_id: 'other' }, 401, 'invalid_client'],
  ['a scope past its own', { scope: 'user/*.rs' }, 400, 'invalid_scope'],
])('answers %s with an error of RFC 6749 (BK-15)', async (_what, changes, status, error) => {
  const { lines, post } = setup()

  const { statusCode, headers, json } = await post(await form(changes))

  expect(statusCode).toBe(status)
  expect(headers).toMatchObject({ 'cache-control': 'no-store' })
  expect(json).toEqual({ error, error_description: expect.any(String) })
  expect(lines).toMatchObject([['request_refused', { referenceId: 'reference-1', status }]])
})

test('refuses an assertion the second time', async () => {
  const { post } = setup()
  const request = await form()

  expect((await post(request)).statusCode).toBe(200)
  expect((await post(request)).json.error).toBe('invalid_client')
})

test.each([
  ['JSON', { 'Content-Type': 'application/json' }],
  ['no content type', { 'Content-Type': '' }],
  ['Basic credentials as well', { Authorization: 'Basic dXM6aHVzaA==' }],
])('refuses %s as invalid_request (BK-17)', async (_what, headers) => {
  const { post } = setup()

  const { statusCode, json } = await post(await form(), { headers })

  expect([statusCode, json.error]).toEqual([400, 'invalid_request'])
})

test('refuses a repeated parameter as invalid_request (BK-17)', async () => {
  const { post } = setup()
  const twice = `${new URLSearchParams(await form())}&grant_type=client_credentials`

  const { statusCode, json } = await post(twice)

  expect([statusCode, json.error]).toEqual([400, 'invalid_request'])
})

test('logs neither assertion nor token, and answers neither an assertion nor which check failed', async () => {
  const { lines, post } = setup()
  const bad = await form({ client_assertion: await CLIENT.assertion({ claims: { jti: '' } }) })
  const good = await form()

  const refused = await post(bad)
  const { json } = await post(good)

  const log = JSON.stringify(lines)
  for (const secret of [bad.client_assertion, good.client_assertion, json.access_token]) {
    expect(log).not.toContain(secret)
    expect(refused.body).not.toContain(secret)
  }
  expect(log).toContain('"reason":"jti"')
  expect(refused.json.error_description).toBe((await post(good)).json.error_description)
})

test('publishes every assertions key, its public members only, and no key of messages (SM-48)', async () => {
  const { send } = setup()
  const keys = await Promise.all([ASSERTIONS, NEXT_ASSERTIONS].map((key) => key.publicJwk()))
  const { kid, x, y } = await ELLIPTIC_ASSERTIONS.publicJwk()

  const { statusCode, headers, json } = await send({
    resource: '/.well-known/jwks.json',
    httpMethod: 'GET',
  })

  expect(statusCode).toBe(200)
  expect(headers).toEqual({
    'content-type': 'application/json',
    'cache-control': 'public, max-age=600',
  })
  expect(json).toEqual({
    keys: [
      ...keys.map((key) => ({
        kty: 'RSA',
        kid: key.kid,
        alg: 'RS384',
        use: 'sig',
        n: key['n'],
        e: 'AQAB',
      })),
      { kty: 'EC', kid, alg: 'ES384', use: 'sig', crv: 'P-384', x, y },
    ],
  })
})

test('publishes the keys of messages in a set of their own, and no EHR that reads ours takes what they sign', async () => {
  const { send } = setup()
  const { kid, x, y } = await MESSAGES.publicJwk()
  const get = async (name: string) =>
    (await send({ resource: `/.well-known/${name}`, httpMethod: 'GET' })).json

  const messages = await get('messages-jwks.json')
  expect(messages).toEqual({
    keys: [{ kty: 'EC', crv: 'P-384', kid, alg: 'ES384', use: 'sig', x, y }],
  })
  const jwt = await MESSAGES.signJwt('JWT', { iss: 'us' })
  await expect(jwtVerify(jwt, createLocalJWKSet(messages))).resolves.toBeDefined()
  await expect(jwtVerify(jwt, createLocalJWKSet(await get('jwks.json')))).rejects.toMatchObject({
    code: 'ERR_JWKS_NO_MATCHING_KEY',
  })
})

test.each([
  ['RSA', ASSERTIONS],
  ['EC', ELLIPTIC_ASSERTIONS],
])(
  'verifies what the %s assertions key signed with what is published (IN-02)',
  async (_kty, key) => {
    const { send } = setup()
    const { json } = await send({ resource: '/.well-known/jwks.json', httpMethod: 'GET' })
    const jwt = await key.signJwt('JWT', { iss: 'us' })

    await expect(jwtVerify(jwt, createLocalJWKSet(json))).resolves.toMatchObject({
      payload: { iss: 'us' },
    })
  },
)

const SESSION: OwnedSession = {
  id: sessionKey(new Secret('session-1')),
  app: 'heartline',
  connection: 'general-production',
  launchId: 'abcdefgh',
  status: 'active',
  expiresAt: NOW + 3_000,
  lastUsedAt: NOW,
  idleSeconds: 600,
}

test('binds a token to a session, by its hash and for fifteen minutes', async () => {
  const { post } = setup([SESSION])

  const { json } = await post(await form({ session: 'session-1' }))

  expect(json.expires_in).toBe(900)
  expect(json.access_token).not.toContain('session-1')
  const caller = { signers: [TOKENS], publicBaseUrl: PUBLIC_BASE_URL }
  expect(
    await verifyAppToken(`Bearer ${json.access_token}`, { ...caller, now: () => NOW + 899 }),
  ).toMatchObject({ app: 'heartline', session: SESSION.id })
})

test('binds no token for longer than its session lives (CL-02)', async () => {
  const { post } = setup([{ ...SESSION, expiresAt: NOW + 100 }])

  const { json } = await post(await form({ session: 'session-1' }))

  expect(json.expires_in).toBe(100)
})

test.each([
  ['unknown', []],
  ['another app’s', [{ ...SESSION, app: 'another' }]],
  ['over', [{ ...SESSION, status: 'ending' as const }]],
  ['idle', [{ ...SESSION, lastUsedAt: NOW - 600 }]],
])('has one answer for a session that is %s', async (_case, sessions) => {
  const { post } = setup(sessions)

  const { statusCode, json } = await post(await form({ session: 'session-1' }))

  expect(statusCode).toBe(400)
  expect(json).toEqual({
    error: 'invalid_grant',
    error_description: 'The session is unknown or has ended. Launch the app again from the EHR.',
  })
})
