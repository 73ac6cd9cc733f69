import { createHmac } from 'node:crypto'
import { expect, test } from 'vitest'
import { verifyAppToken } from '#core/app-token/verify-app-token.ts'
import { NOW } from '../../../fixtures.ts'
import { PUBLIC_BASE_URL } from '../../../support/api-client.ts'
import { joseSigner } from '../../../support/jose-signer.ts'

const SIGNER = await joseSigner('ES256')
const FORMER = await joseSigner('ES256')
const STRANGER = await joseSigner('ES256')
const CLAIMS = {
  iss: PUBLIC_BASE_URL,
  aud: PUBLIC_BASE_URL,
  sub: 'heartline-server',
  client_id: 'heartline-server',
  app: 'heartline',
  scope: 'system/*.cruds',
  iat: NOW,
  exp: NOW + 300,
  jti: 'a-token',
}

function setup(now = NOW) {
  const deps = { signers: [SIGNER, FORMER], publicBaseUrl: PUBLIC_BASE_URL, now: () => now }
  return (authorization: string | undefined) => verifyAppToken(authorization, deps)
}

test.each(['Bearer', 'bearer', 'BEARER '])('knows the app by a token after %j', async (scheme) => {
  const verify = setup()

  expect(await verify(`${scheme} ${await SIGNER.signJwt('at+jwt', CLAIMS)}`)).toEqual({
    app: 'heartline',
    clientId: 'heartline-server',
    scope: 'system/*.cruds',
  })
})

test('takes a token of the key that signed before, and of the next one that signs', async () => {
  const token = await FORMER.signJwt('at+jwt', CLAIMS)

  expect(await setup()(`Bearer ${token}`)).toMatchObject({ app: 'heartline' })
})

test.each([undefined, '', 'Bearer', 'Bearer ', 'Basic dXM6aHVzaA==', 'Bearer a b'])(
  'says that the token is missing in %j',
  async (authorization) => {
    await expect(setup()(authorization)).rejects.toMatchObject({
      code: 'token_missing',
      status: 401,
    })
  },
)

test.each([
  ['iss', { iss: 'https://other.example' }],
  ['aud', { aud: 'https://other.example' }],
  ['exp of this second', { exp: NOW }],
  ['no exp', { exp: undefined }],
  ['no iss', { iss: undefined }],
  ['no aud', { aud: undefined }],
  ['no app', { app: undefined }],
  ['no client_id', { client_id: undefined }],
  ['no scope', { scope: undefined }],
])('refuses a token of our key with another %s', async (_what, changes) => {
  const token = await SIGNER.signJwt('at+jwt', { ...CLAIMS, ...changes })

  await expect(setup()(`Bearer ${token}`)).rejects.toMatchObject({
    code: 'token_invalid',
    status: 401,
  })
})

test('refuses a JWT of our key that is no access token', async () => {
  const token = await SIGNER.signJwt('JWT', CLAIMS)

  await expect(setup()(`Bearer ${token}`)).rejects.toMatchObject({ code: 'token_invalid' })
})

test('refuses a token of another key, one that names another of ours, an unsigned one, and one signed with our public key', async () => {
  const { kid, x } = await SIGNER.publicJwk()
  const unsigned = (alg: string) => `${encode({ alg, kid, typ: 'at+jwt' })}.${encode(CLAIMS)}`
  const hmac = createHmac('sha256', String(x)).update(unsigned('HS256')).digest('base64url')

  for (const token of [
    await STRANGER.signJwt('at+jwt', CLAIMS),
    `${unsigned('none')}.`,
    `${unsigned('HS256')}.${hmac}`,
    // Under the name of the one, signed by the other.
    `${(await SIGNER.signJwt('at+jwt', CLAIMS)).replace(/[^.]+$/, '')}${(await FORMER.signJwt('at+jwt', CLAIMS)).split('.')[2]}`,
    'opaque',
  ]) {
    await expect(setup()(`Bearer ${token}`)).rejects.toMatchObject({ code: 'token_invalid' })
  }
})

test('lets a failure to read our own key through: the token is not to blame', async () => {
  const signer = { publicJwk: () => Promise.reject(new Error('KMS is down')) }
  const deps = { signers: [signer], publicBaseUrl: PUBLIC_BASE_URL, now: () => NOW }

  await expect(verifyAppToken('Bearer a.b.c', deps)).rejects.toThrow('KMS is down')
})

function encode(value: unknown): string {
  return Buffer.from(JSON.stringify(value)).toString('base64url')
}
