import { describe, expect, it } from 'vitest'
import { BrokerError, type ErrorCode } from '#core/errors.ts'
import { readUserClaims } from '#core/identity/read-user-claims.ts'
import type { TokenGrant } from '#core/oauth/token-grant.ts'
import type { Connection } from '#core/registry/registry.ts'
import { Secret } from '#core/secret.ts'
import { aConnection } from '../../../fixtures.ts'

const USERINFO = 'https://login.general.example/me'
const PLAIN: Partial<Connection> = { vendor: 'oauth2' }
const ASKED: Partial<Connection> = {
  vendorOverrides: { userSource: 'request' },
  userRequest: { url: USERINFO, subject: '/data/id', name: '/data/full~1name', email: '/mails/0' },
}

function setup(answer: unknown, connection: Partial<Connection>, subject?: string) {
  const asked: { url: string; authorization: string | null }[] = []
  const read = () =>
    readUserClaims(aConnection(connection), { accessToken: new Secret('at') } as TokenGrant, {
      subject,
      userinfoEndpoint: USERINFO,
      launchId: 'abc',
      egress: async (url, init) => {
        asked.push({
          url: String(url),
          authorization: new Headers(init?.headers).get('authorization'),
        })
        if (typeof answer === 'number') return new Response('', { status: answer })
        if (typeof answer !== 'string') return Response.json(answer)
        if (answer.startsWith('upstream_')) throw new BrokerError(answer as ErrorCode)
        return new Response(answer)
      },
    })
  return { read, asked }
}

describe('readUserClaims', () => {
  it('asks nobody where the ID token says it', async () => {
    const { read, asked } = setup({}, {})

    expect(await read()).toEqual({})
    expect(asked).toEqual([])
  })

  it('asks userinfo with the token in a header (RP-19)', async () => {
    const { read, asked } = setup({ sub: 'u', name: 'N' }, PLAIN)

    expect(await read()).toEqual({ sub: 'u', name: 'N' })
    expect(asked).toEqual([{ url: USERINFO, authorization: 'Bearer at' }])
  })

  it('refuses userinfo about somebody else than the ID token (RP-20)', async () => {
    const { read } = setup({ sub: 'other' }, PLAIN, 'user-1')

    await expect(read()).rejects.toMatchObject({
      code: 'identity_unknown',
      detail: { reason: 'subject_mismatch' },
    })
  })

  it('refuses userinfo that is a signed JWT: it asked for none', async () => {
    const claims = Buffer.from(JSON.stringify({ sub: 'user-1' })).toString('base64url')
    const { read } = setup(`eyJhbGciOiJSUzI1NiJ9.${claims}.c2lnbmF0dXJl`, PLAIN, 'user-1')

    await expect(read()).rejects.toMatchObject({
      code: 'identity_unknown',
      detail: { reason: 'not_json' },
    })
  })

  it('finds in another request’s answer what the connection points to, a number as text', async () => {
    const answer = { data: { id: 4_711, 'full/name': 'Maren' }, mails: ['m@general.example'] }

    expect(await setup(answer, ASKED).read()).toEqual({
      sub: '4711',
      name: 'Maren',
      email: 'm@general.example',
    })
  })

  it.each([
    ['status_500', 500],
    ['status_401', 401],
    ['not_json', '<html>'],
    ['no_subject', {}],
    ['no_subject', []],
    ['no_subject', { data: { id: { constructor: 1 } } }],
    ['upstream_timeout', 'upstream_timeout'],
  ])('signs on nobody where it is not said who that is: %s', async (reason, answer) => {
    await expect(setup(answer, ASKED).read()).rejects.toMatchObject({
      code: 'identity_unknown',
      detail: { reason },
    })
  })
})
