import fc from 'fast-check'
import { SignJWT } from 'jose'
import { describe, expect, it } from 'vitest'
import { brokerClient, hasSession, verifySsoMessage } from '#client/index.ts'

const SECRET = 'an SSO secret of at least thirty-two characters'
const OLD = 'the SSO secret that was there before this one'
const TRUST = { secret: SECRET, audience: 'destination-1', issuer: 'source-1' } as const

function body(changed: Readonly<Record<string, unknown>> = {}) {
  return {
    Meta: {
      DataModel: 'SSO',
      EventType: 'Sign-on',
      SessionID: 'session-1',
      SessionBaseURL: 'https://broker.example/fhir/R4/general/Production',
    },
    Subject: 'helen-brandt',
    ...changed,
  }
}

async function bearer({
  secret = SECRET,
  audience = 'destination-1',
  issuer = 'source-1',
  expiresIn = 900,
  algorithm = 'HS256',
} = {}): Promise<string> {
  const token = await new SignJWT()
    .setProtectedHeader({ alg: algorithm })
    .setSubject('helen-brandt')
    .setAudience(audience)
    .setIssuer(issuer)
    .setExpirationTime(Math.floor(Date.now() / 1000) + expiresIn)
    .sign(new TextEncoder().encode(secret))
  return `Bearer ${token}`
}

describe('verifySsoMessage', () => {
  it('takes a Request, and what a framework has read of one', async () => {
    const authorization = await bearer()
    const text = JSON.stringify(body())
    const request = new Request('https://app.example/sso', {
      method: 'POST',
      headers: { authorization },
      body: text,
    })

    expect((await verifySsoMessage(request, TRUST)).message).toEqual(body())
    for (const received of [text, body()]) {
      const { message, claims } = await verifySsoMessage({ authorization, body: received }, TRUST)
      expect(message.Meta.SessionID).toBe('session-1')
      expect(claims.sub).toBe('helen-brandt')
    }
  })

  it('takes either of two secrets while one is being replaced', async () => {
    const trust = { ...TRUST, secret: [SECRET, OLD] as const }

    for (const secret of [SECRET, OLD]) {
      const received = { authorization: await bearer({ secret }), body: body() }
      expect((await verifySsoMessage(received, trust)).message.Subject).toBe('helen-brandt')
    }
  })

  it.each([
    ['another secret', { secret: OLD }, 'token_invalid'],
    ['another audience', { audience: 'destination-2' }, 'token_invalid'],
    ['another issuer', { issuer: 'source-2' }, 'token_invalid'],
    ['another algorithm', { algorithm: 'HS384' }, 'token_invalid'],
    ['a past end', { expiresIn: -1 }, 'token_expired'],
  ])('refuses a token with %s', async (_what, changed, code) => {
    const received = { authorization: await bearer(changed), body: body() }

    await expect(verifySsoMessage(received, TRUST)).rejects.toMatchObject({ code })
  })

  it('refuses a request without a token, and an unsecured one', async () => {
    const encode = (part: object) => Buffer.from(JSON.stringify(part)).toString('base64url')
    const unsecured = `Bearer ${encode({ alg: 'none' })}.${encode({ sub: 'helen-brandt' })}.`

    await expect(
      verifySsoMessage({ authorization: undefined, body: body() }, TRUST),
    ).rejects.toMatchObject({ code: 'token_missing' })
    await expect(
      verifySsoMessage({ authorization: unsecured, body: body() }, TRUST),
    ).rejects.toMatchObject({ code: 'token_invalid' })
  })

  it('refuses a body about another person', async () => {
    const received = { authorization: await bearer(), body: body({ Subject: 'nora-kim' }) }

    await expect(verifySsoMessage(received, TRUST)).rejects.toMatchObject({
      code: 'subject_mismatch',
    })
  })

  describe('for a sign-on without a session', () => {
    const Meta = { DataModel: 'SSO', EventType: 'Sign-on' }
    const received = async (meta: object = Meta) => ({
      authorization: await bearer(),
      body: body({ Meta: meta }),
    })

    it('refuses it, unless told that the session is optional', async () => {
      await expect(verifySsoMessage(await received(), TRUST)).rejects.toMatchObject({
        code: 'message_invalid',
        message: 'The sign-on has no session',
      })

      const trust = { ...TRUST, session: 'optional' } as const
      const { message } = await verifySsoMessage(await received(), trust)
      expect(message.Subject).toBe('helen-brandt')
      expect(hasSession(message)).toBe(false)
    })

    it('has a type that gives no session before it was looked for', async () => {
      const broker = brokerClient({ base: 'https://broker.example', clientId: 'c', key: {} })
      const trust = { ...TRUST, session: 'optional' } as const
      const { message } = await verifySsoMessage(await received(body().Meta), trust)
      // @ts-expect-error there may be none
      const unlooked = () => broker.session(message.Meta)

      expect(unlooked).toBeTypeOf('function')
      expect(hasSession(message) && broker.session(message.Meta).baseUrl).toBe(
        body().Meta.SessionBaseURL,
      )
    })

    it.each([
      ['an id alone', { SessionID: 'session-1' }],
      ['a base alone', { SessionBaseURL: 'https://broker.example/fhir/R4/general/Production' }],
      ['an empty id', { SessionID: '', SessionBaseURL: 'https://broker.example/fhir/R4/a/b' }],
      ['an id of null', { SessionID: null, SessionBaseURL: null }],
    ])('refuses half of one: %s', async (_what, half) => {
      const trust = { ...TRUST, session: 'optional' } as const

      await expect(
        verifySsoMessage(await received({ ...Meta, ...half }), trust),
      ).rejects.toMatchObject({ code: 'message_invalid' })
    })
  })

  it('refuses whatever else a body is, by its own error', async () => {
    const authorization = await bearer()

    await fc.assert(
      fc.asyncProperty(fc.oneof(fc.string(), fc.jsonValue()), async (anything) => {
        await expect(
          verifySsoMessage({ authorization, body: anything }, TRUST),
        ).rejects.toMatchObject({ code: 'message_invalid' })
      }),
    )
  })
})
