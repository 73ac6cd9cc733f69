import { exportJWK, generateKeyPair, type JWTVerifyGetKey, SignJWT, UnsecuredJWT } from 'jose'
import { describe, expect, it } from 'vitest'
import { Secret } from '#core/secret.ts'
import { checkJwtLink } from '#core/signed-link/check-jwt-link.ts'
import { NOW } from '../../../fixtures.ts'
import { linkJwt } from '../../../support/signed-links.ts'

const SECRET = 'a-link-secret-0123456789abcdef01'
const LINK = {
  format: 'jwt',
  parameter: 'token',
  issuer: 'https://ehr.general.example',
  audience: 'sallyport',
} as const
const time = { windowSeconds: 300, now: NOW }
const noKeys = (): JWTVerifyGetKey => {
  throw new Error('no keys')
}

const check = (jwt: string, secrets = [SECRET]) =>
  checkJwtLink(
    jwt,
    { ...LINK, secretRef: 'general' },
    { secrets: secrets.map((secret) => new Secret(secret)), keysAt: noKeys },
    time,
  )
const { publicKey, privateKey } = await generateKeyPair('ES256')
const jwk = { ...(await exportJWK(publicKey)), kty: 'EC', kid: 'ehr-1' } as const
const claims = { iss: LINK.issuer, aud: LINK.audience, sub: 'u-1', iat: NOW, exp: NOW + 60 }

describe('checkJwtLink', () => {
  it('reads a JWT of the EHR for this deployment', async () => {
    const link = await check(await linkJwt(SECRET, NOW, { mrn: 123, roles: ['md'] }))

    expect([link.said('sub'), link.said('mrn'), link.said('roles'), link.said('toString')]).toEqual(
      ['user-8841', '123', undefined, undefined],
    )
    expect([link.id, link.replayableUntil]).toEqual(['link-1', NOW + 180])
  })

  it('takes either of two secrets that live, and no other', async () => {
    const jwt = await linkJwt(SECRET, NOW)

    expect((await check(jwt, ['the-newer-one-0123456789abcdef01', SECRET])).id).toBe('link-1')
    await expect(check(jwt, ['of-another-connection-0123456789'])).rejects.toMatchObject({
      code: 'link_invalid',
      detail: { reason: 'signature' },
    })
    await expect(check(jwt, [])).rejects.toMatchObject({ code: 'link_invalid' })
  })

  it.each([
    ['of another issuer', { iss: 'https://evil.example' }, 'link_invalid', 'iss'],
    ['for another audience', { aud: 'other' }, 'link_invalid', 'aud'],
    ['without an end', { exp: undefined }, 'link_invalid', 'exp'],
    ['that has expired', { iat: NOW - 200, exp: NOW - 61 }, 'link_expired', 'exp'],
    ['that is older than the window', { iat: NOW - 300, exp: NOW + 60 }, 'link_expired', 'too_old'],
    ['of the future', { iat: NOW + 61, exp: NOW + 200 }, 'link_expired', 'not_yet'],
    ['that lives for ever', { iat: undefined, exp: NOW + 9_999 }, 'link_expired', 'not_yet'],
  ])('refuses one %s', async (_, changed, code, reason) => {
    await expect(check(await linkJwt(SECRET, NOW, changed))).rejects.toMatchObject({
      code,
      detail: { reason },
    })
  })

  it('refuses one that is not signed, or is no JWT', async () => {
    for (const jwt of [new UnsecuredJWT(claims).encode(), 'a.b.c', '', 'x']) {
      await expect(check(jwt)).rejects.toMatchObject({ code: 'link_invalid' })
    }
  })

  describe('by the EHR’s public keys', () => {
    const byKeys = (jwt: string) =>
      checkJwtLink(jwt, { ...LINK, jwks: { keys: [jwk] } }, { secrets: [], keysAt: noKeys }, time)

    it('reads what their private half signed, and remembers it by what was signed', async () => {
      const sign = () =>
        new SignJWT(claims).setProtectedHeader({ alg: 'ES256', kid: 'ehr-1' }).sign(privateKey)
      const [one, other] = [await sign(), await sign()]

      expect(one).not.toBe(other)
      expect((await byKeys(one)).id).toBe((await byKeys(other)).id)
    })

    it('is not talked into taking a public key for a secret (RFC 8725 §2.1)', async () => {
      const jwt = await new SignJWT(claims)
        .setProtectedHeader({ alg: 'HS256', kid: 'ehr-1' })
        .sign(new TextEncoder().encode(JSON.stringify(jwk)))

      await expect(byKeys(jwt)).rejects.toMatchObject({ code: 'link_invalid' })
    })
  })
})
