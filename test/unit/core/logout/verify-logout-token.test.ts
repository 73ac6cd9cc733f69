import { generateKeyPair, type JWTPayload, SignJWT, UnsecuredJWT } from 'jose'
import { describe, expect, it } from 'vitest'
import { BrokerError } from '#core/errors.ts'
import { verifyLogoutToken } from '#core/logout/verify-logout-token.ts'
import { NOW } from '../../../fixtures.ts'

const EVENT = 'http://schemas.openid.net/event/backchannel-logout'
const CLAIMS = {
  iss: 'https://login.general.example',
  aud: 'client-at-general',
  iat: NOW,
  exp: NOW + 120,
  jti: 'logout-1',
  events: { [EVENT]: {} },
  sid: 'provider-session-1',
  sub: 'user-1',
}
const provider = await generateKeyPair('RS256')
const stranger = await generateKeyPair('RS256')

function sign(
  claims: JWTPayload,
  { typ = 'logout+jwt' as string | undefined, key = provider } = {},
) {
  return new SignJWT(claims)
    .setProtectedHeader({ alg: 'RS256', ...(typ && { typ }) })
    .sign(key.privateKey)
}

function verify(token: string) {
  return verifyLogoutToken(token, {
    issuer: 'https://login.general.example',
    clientId: 'client-at-general',
    keys: async () => provider.publicKey,
    now: () => NOW,
  })
}

/** The parameter that a token is refused for. */
async function fault(token: string | Promise<string>): Promise<string | undefined> {
  const error = await verify(await token).then(
    () => undefined,
    (thrown: unknown) => BrokerError.from(thrown),
  )
  expect(error?.code).toBe('logout_token_invalid')
  return error?.detail.parameter
}

describe('a logout token', () => {
  it('says whose session is over, and until when it could be replayed', async () => {
    expect(await verify(await sign(CLAIMS))).toEqual({
      sid: 'provider-session-1',
      subject: 'user-1',
      jti: 'logout-1',
      replayableUntil: NOW + 660,
    })
  })

  it.each(['JWT', 'application/logout+jwt', ''])('may be of the type "%s"', async (typ) => {
    expect(await verify(await sign(CLAIMS, { typ }))).toMatchObject({ jti: 'logout-1' })
  })

  it('may name the session or the person alone, and may have no exp', async () => {
    const { sid, sub, exp, ...claims } = CLAIMS

    expect(await verify(await sign({ ...claims, sid }))).not.toHaveProperty('subject')
    expect(await verify(await sign({ ...claims, sub }))).not.toHaveProperty('sid')
  })

  it.each([
    ['iss', { iss: 'https://login.other.example' }],
    ['aud', { aud: 'another-client' }],
    ['iat', { iat: undefined }],
    ['iat', { iat: NOW - 700, exp: undefined }],
    ['iat', { iat: NOW + 61 }],
    ['exp', { exp: NOW - 61 }],
    ['nonce', { nonce: 'n' }],
    ['events', { events: undefined }],
    ['events', { events: { 'https://schemas.example/other': {} } }],
    ['events', { events: { [EVENT]: 'yes' } }],
    ['events', { events: [EVENT] }],
    ['jti', { jti: undefined }],
    ['jti', { jti: '' }],
    ['sid', { sid: 7 }],
    ['sid', { sid: '' }],
    ['sub', { sid: undefined, sub: undefined }],
    ['sub', { sub: '' }],
  ])('is refused for its %s: %j', async (parameter, changed) => {
    expect(await fault(sign({ ...CLAIMS, ...changed } as unknown as JWTPayload))).toBe(parameter)
  })

  it('is refused when it is an ID token, an access token, or no token', async () => {
    const { events, ...idToken } = CLAIMS

    expect(await fault(sign({ ...idToken, nonce: 'n' }, { typ: 'JWT' }))).toBe('nonce')
    expect(await fault(sign(CLAIMS, { typ: 'at+jwt' }))).toBe('typ')
    expect(await fault('no token')).toBe('malformed')
  })

  it('is refused when it is signed by another, or not signed', async () => {
    expect(await fault(sign(CLAIMS, { key: stranger }))).toBe('signature')
    expect(await fault(new UnsecuredJWT(CLAIMS).encode())).toBe('signature')
  })
})
