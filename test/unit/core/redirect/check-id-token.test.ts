import { exportJWK, generateKeyPair, SignJWT } from 'jose'
import { describe, expect, it } from 'vitest'
import { checkIdToken } from '#core/redirect/check-id-token.ts'
import type { TakenLaunch } from '#core/redirect/take-launch.ts'
import { aRegistration } from '../../../fixtures.ts'

const ISSUER = 'https://login.general.example'
const { privateKey, publicKey } = await generateKeyPair('RS256')
const jwk = { ...(await exportJWK(publicKey)), kid: 'one', alg: 'RS256', use: 'sig' }

/** What comes of an ID token that is right but for what is changed. */
async function check(claims: Readonly<Record<string, unknown>>, signedBy = privateKey) {
  const now = Math.floor(Date.now() / 1000)
  const registration = aRegistration()
  const idToken = await new SignJWT({
    iss: ISSUER,
    aud: registration.clientId,
    sub: 'user-1',
    iat: now,
    exp: now + 300,
    nonce: 'nonce-of-this-launch',
    ...claims,
  })
    .setProtectedHeader({ alg: 'RS256', kid: 'one', typ: 'JWT' })
    .sign(signedBy)
  const launch = {
    issuer: ISSUER,
    tokenEndpoint: `${ISSUER}/token`,
    jwksUri: `${ISSUER}/jwks`,
    nonce: 'nonce-of-this-launch',
    launchId: 'abcdefgh',
    connection: 'general-production',
  } as TakenLaunch
  const answer = Response.json({ access_token: 'a', token_type: 'Bearer', id_token: idToken })

  return checkIdToken(answer, launch, registration, ['openid'], {
    egress: async () => Response.json({ keys: [jwk] }),
    keySets: new Map(),
    now: () => now,
  })
}

const refused = { code: 'id_token_invalid' }

describe('checkIdToken', () => {
  it('takes an ID token of this launch', async () => {
    expect((await check({})).idToken?.sub).toBe('user-1')
  })

  it.each(['nonce-of-another-launch', '', undefined])(
    'refuses an ID token of another launch: nonce %j',
    async (nonce) => {
      await expect(check({ nonce })).rejects.toMatchObject(refused)
    },
  )

  it('refuses a signature of another key under the published kid', async () => {
    const foreign = await generateKeyPair('RS256')

    await expect(check({}, foreign.privateKey)).rejects.toMatchObject(refused)
  })

  it.each([
    ['another issuer', { iss: 'https://evil.example' }],
    ['another client', { aud: 'another-client' }],
    ['a client besides us', { aud: ['client-at-general', 'another'], azp: 'client-at-general' }],
    ['an end in the past', { exp: 1 }],
    ['no subject', { sub: undefined }],
  ])('refuses one for %s', async (_what, claims) => {
    await expect(check(claims)).rejects.toMatchObject(refused)
  })
})
