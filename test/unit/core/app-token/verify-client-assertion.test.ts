import { createHmac } from 'node:crypto'
import { exportSPKI, importJWK } from 'jose'
import { expect, test, vi } from 'vitest'
import { memoryReplayStore } from '#adapters/memory/replay-store.ts'
import { clientKeys } from '#core/app-token/client-keys.ts'
import { verifyClientAssertion } from '#core/app-token/verify-client-assertion.ts'
import type { ApiClient } from '#core/registry/registry.ts'
import { anApp, aRegistry, NOW } from '../../../fixtures.ts'
import { aClientKey, CLIENT_ID, PUBLIC_BASE_URL, TOKEN_URL } from '../../../support/api-client.ts'

const RSA = await aClientKey('RS384', 'rsa-1')
const EC = await aClientKey('ES384', 'ec-1')
const STRANGER = await aClientKey('RS384', 'rsa-1')

function setup({
  client = {},
  now = NOW,
}: {
  readonly client?: Partial<ApiClient>
  readonly now?: number
} = {}) {
  const app = anApp({
    clients: [{ clientId: CLIENT_ID, jwks: { keys: [RSA.jwk, EC.jwk] }, ...client }],
  })
  const clock = { now }
  const egress = vi.fn(async () => new Response('{}', { status: 404 }))
  const deps = {
    registry: aRegistry({ apps: [app] }),
    keys: clientKeys({ egress, now: () => clock.now }),
    replays: memoryReplayStore(),
    tokenUrls: [TOKEN_URL, `${PUBLIC_BASE_URL}/v2/auth/token`],
    now: () => clock.now,
  }
  const reason = (assertion: string) =>
    verifyClientAssertion(assertion, deps).then(
      () => 'accepted',
      ({ code, message, detail }) => {
        expect(code).toBe('client_assertion_invalid')
        expect(message).toMatch(/^The client assertion was not accepted\. Check its kid, [^"]+$/)
        return detail.reason
      },
    )
  return { app, clock, deps, egress, reason }
}

test.each([
  ['RS384', RSA],
  ['ES384', EC],
])('knows a client by an assertion of %s', async (_alg, key) => {
  const { app, deps } = setup()

  expect(await verifyClientAssertion(await key.assertion(), deps)).toEqual({
    app,
    clientId: CLIENT_ID,
  })
})

test.each([
  ['the other token URL', { claims: { aud: `${PUBLIC_BASE_URL}/v2/auth/token` } }],
  ['no typ', { header: { typ: undefined } }],
  ['no iat', { claims: { iat: undefined } }],
  ['an iat ahead of us', { claims: { iat: NOW + 3600 } }],
  ['an nbf within the skew', { claims: { nbf: NOW + 60 } }],
  ['an exp just past, within the skew', { claims: { exp: NOW - 59 } }],
  ['an exp at the limit', { claims: { exp: NOW + 360 } }],
])('accepts %s', async (_what, changes) => {
  const { reason } = setup()

  expect(await reason(await RSA.assertion(changes))).toBe('accepted')
})

test.each([
  ['no kid', { header: { kid: undefined } }, 'kid'],
  ['an empty kid', { header: { kid: '' } }, 'kid'],
  ['an unknown kid', { header: { kid: 'rsa-2' } }, 'key'],
  ['the kid of the other key', { header: { kid: 'ec-1' } }, 'key'],
  ['a token of another kind', { header: { typ: 'at+jwt' } }, 'typ'],
  ['a jku that is not registered (BK-12)', { header: { jku: 'https://evil.example/jwks' } }, 'jku'],
  ['no iss', { claims: { iss: undefined } }, 'iss'],
  ['an iss that is not text', { claims: { iss: 7 } }, 'iss'],
  ['an unknown client', { claims: { iss: 'other', sub: 'other' } }, 'client_unknown'],
  ['no sub', { claims: { sub: undefined } }, 'ERR_JWT_CLAIM_VALIDATION_FAILED'],
  ['another sub', { claims: { sub: 'other' } }, 'ERR_JWT_CLAIM_VALIDATION_FAILED'],
  ['no aud', { claims: { aud: undefined } }, 'aud'],
  ['the base as aud', { claims: { aud: PUBLIC_BASE_URL } }, 'aud'],
  ['a slash after the aud', { claims: { aud: `${TOKEN_URL}/` } }, 'aud'],
  ['a list of one aud', { claims: { aud: [TOKEN_URL] } }, 'aud'],
  ['a second aud', { claims: { aud: [TOKEN_URL, 'https://evil.example'] } }, 'aud'],
  ['no exp', { claims: { exp: undefined } }, 'ERR_JWT_CLAIM_VALIDATION_FAILED'],
  ['an exp that is text', { claims: { exp: String(NOW + 60) } }, 'ERR_JWT_CLAIM_VALIDATION_FAILED'],
  ['an exp past the skew', { claims: { exp: NOW - 60 } }, 'ERR_JWT_EXPIRED'],
  ['an exp too far ahead (BK-11)', { claims: { exp: NOW + 361 } }, 'exp_too_far'],
  ['an nbf past the skew', { claims: { nbf: NOW + 61 } }, 'ERR_JWT_CLAIM_VALIDATION_FAILED'],
  ['no jti', { claims: { jti: undefined } }, 'jti'],
  ['an empty jti', { claims: { jti: '' } }, 'jti'],
  ['a jti that is not text', { claims: { jti: 7 } }, 'jti'],
])('refuses %s', async (_what, changes, expected) => {
  const { reason, egress } = setup()

  expect(await reason(await RSA.assertion(changes))).toBe(expected)
  expect(egress).not.toHaveBeenCalled()
})

test.each([
  ['nothing', ''],
  ['no JWT', 'assertion'],
  ['an unsigned JWT', part({ alg: 'RS384', kid: 'rsa-1' }, { iss: CLIENT_ID })],
  ['a payload that is no object', part({ alg: 'RS384', kid: 'rsa-1' }, [1])],
])('refuses %s as an assertion', async (_what, assertion) => {
  const { reason } = setup()

  expect(await reason(assertion)).not.toBe('accepted')
})

test('refuses a signature of another key with the registered kid (BK-11)', async () => {
  const { reason } = setup()

  expect(await reason(await STRANGER.assertion())).toBe('ERR_JWS_SIGNATURE_VERIFICATION_FAILED')
})

test('refuses claims that were changed after signing', async () => {
  const { reason } = setup()
  const [header, , signature] = (await RSA.assertion()).split('.')
  const [, payload] = (await RSA.assertion({ claims: { exp: NOW + 299 } })).split('.')

  expect(await reason(`${header}.${payload}.${signature}`)).toBe(
    'ERR_JWS_SIGNATURE_VERIFICATION_FAILED',
  )
})

test('refuses alg none (BK-13)', async () => {
  const { reason } = setup()
  const [, payload] = (await RSA.assertion()).split('.')
  const header = encode({ alg: 'none', kid: RSA.kid, typ: 'JWT' })

  expect(await reason(`${header}.${payload}.`)).toBe('alg')
})

test('refuses HS384 and HS256 with the public key as the secret', async () => {
  const { reason } = setup()
  const publicKey = await importJWK({ ...RSA.jwk, alg: 'RS384' }, 'RS384', { extractable: true })
  if (publicKey instanceof Uint8Array) expect.unreachable('the key is asymmetric')
  const [, payload] = (await RSA.assertion()).split('.')

  for (const [alg, hash] of [
    ['HS256', 'sha256'],
    ['HS384', 'sha384'],
  ] as const) {
    const input = `${encode({ alg, kid: RSA.kid, typ: 'JWT' })}.${payload}`
    const secret = await exportSPKI(publicKey)
    const signature = createHmac(hash, secret).update(input).digest('base64url')
    expect(await reason(`${input}.${signature}`)).toBe('alg')
  }
})

test('refuses an RSA key under ES384, and algorithms that SMART does not name (BK-13)', async () => {
  const { reason } = setup()
  const [, payload, signature] = (await RSA.assertion()).split('.')
  const relabeled = encode({ alg: 'ES384', kid: RSA.kid, typ: 'JWT' })
  expect(await reason(`${relabeled}.${payload}.${signature}`)).toBe('key')

  for (const alg of ['RS256', 'PS384', 'ES256', 'EdDSA']) {
    const key = await aClientKey(alg, 'rsa-1')
    expect(await reason(await key.assertion())).toBe('alg')
  }
})

test('refuses a kid that two keys of its type have (BK-13)', async () => {
  const { reason } = setup({ client: { jwks: { keys: [RSA.jwk, STRANGER.jwk] } } })

  expect(await reason(await RSA.assertion())).toBe('key')
})

test('accepts a kid that keys of two types share', async () => {
  const { reason } = setup({ client: { jwks: { keys: [RSA.jwk, { ...EC.jwk, kid: 'rsa-1' }] } } })

  expect(await reason(await RSA.assertion())).toBe('accepted')
})

test.each([
  ['for encryption', { use: 'enc' }],
  ['for another algorithm', { alg: 'RS256' }],
  ['with a broken modulus', { n: 'AQAB' }],
  ['without a modulus', { n: undefined }],
])('refuses a registered key %s', async (_what, members) => {
  const { reason } = setup({ client: { jwks: { keys: [{ ...RSA.jwk, ...members }] } } })

  expect(await reason(await RSA.assertion())).not.toBe('accepted')
})

test('accepts a jti once, also within the skew after its assertion has expired (BK-11)', async () => {
  const { clock, reason } = setup()
  const assertion = await RSA.assertion()

  expect(await reason(assertion)).toBe('accepted')
  expect(await reason(assertion)).toBe('jti_seen')
  clock.now = NOW + 300 + 59
  expect(await reason(assertion)).toBe('jti_seen')
  clock.now = NOW + 300 + 60
  expect(await reason(assertion)).toBe('ERR_JWT_EXPIRED')
})

test('remembers a jti for as long as its assertion could be accepted', async () => {
  const { deps } = setup()
  const markSeen = vi.fn(async () => true)

  await verifyClientAssertion(await RSA.assertion({ claims: { jti: 'once', exp: NOW + 99.5 } }), {
    ...deps,
    replays: { markSeen },
  })

  expect(markSeen).toHaveBeenCalledExactlyOnceWith(CLIENT_ID, 'once', NOW + 160)
})

test('lets one of two that come at once have a jti (BK-11)', async () => {
  const { reason } = setup()
  const assertion = await RSA.assertion()

  const answers = await Promise.all([reason(assertion), reason(assertion), reason(assertion)])

  expect(answers.toSorted()).toEqual(['accepted', 'jti_seen', 'jti_seen'])
})

test('lets nobody use up a jti without the key', async () => {
  const { reason } = setup()
  const claims = { jti: 'wanted' }

  expect(await reason(await STRANGER.assertion({ claims }))).not.toBe('accepted')
  expect(await reason(await RSA.assertion({ claims: { ...claims, aud: 'elsewhere' } }))).toBe('aud')
  expect(await reason(await RSA.assertion({ claims }))).toBe('accepted')
})

function encode(value: unknown): string {
  return Buffer.from(JSON.stringify(value)).toString('base64url')
}

function part(header: unknown, payload: unknown): string {
  return `${encode(header)}.${encode(payload)}.`
}
