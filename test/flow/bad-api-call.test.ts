import { decodeJwt, type JSONWebKeySet } from 'jose'
import { afterAll, describe, expect, it } from 'vitest'
import { plainBrowser } from '../support/browser.ts'
import { startFakeApp } from '../support/fake-app.ts'
import { joseSigner } from '../support/jose-signer.ts'
import { givenBroker } from './given-broker.ts'

const broker = await givenBroker()
const { message } = await broker.signOn(plainBrowser())
const session = message.body.Meta.SessionID
afterAll(() => broker.close())

interface OutcomeBody {
  readonly issue: readonly { readonly details: unknown }[]
}

async function outcome(response: Response) {
  const body = (await response.json()) as OutcomeBody
  return { status: response.status, type: response.headers.get('content-type'), body }
}

/** What every refusal at the FHIR door is. */
function refusal(status: number, code: string) {
  return {
    status,
    type: expect.stringContaining('application/fhir+json'),
    body: expect.objectContaining({
      resourceType: 'OperationOutcome',
      issue: [expect.objectContaining({ severity: 'error', code })],
    }),
  }
}

describe("the app's token at the FHIR door", () => {
  it.each([
    ['missing', undefined],
    ['not a token', 'Bearer x'],
    ['of another scheme', 'Basic eDp5'],
  ])('is refused when it is %s', async (_case, authorization) => {
    const answer = await broker.fhir('/Patient/pat-1', {
      session,
      authorization: authorization ?? '',
    })

    expect(await outcome(answer)).toEqual(refusal(401, 'login'))
  })

  it('is refused when another key signed it, or none, also under the kid of ours', async () => {
    const genuine = (await broker.appToken('heartline', { session })).slice('Bearer '.length)
    const [header = '', claims = '', signature = ''] = genuine.split('.')
    const forger = await joseSigner('ES256')
    const forged = await forger.signJwt('at+jwt', decodeJwt(genuine))

    const unsigned = Buffer.from('{"alg":"none","typ":"at+jwt"}').toString('base64url')

    for (const token of [
      forged,
      `${unsigned}.${claims}.`,
      `${unsigned}.${claims}.${signature}`,
      `${header}.${forged.split('.').slice(1).join('.')}`,
      `${forged.split('.')[0]}.${claims}.${signature}`,
    ]) {
      const answer = await broker.fhir('/Patient/pat-1', { authorization: `Bearer ${token}` })
      expect(await outcome(answer)).toEqual(refusal(401, 'login'))
    }
    const good = await broker.fhir('/Patient/pat-1', { authorization: `Bearer ${genuine}` })
    expect(good.status).toBe(200)
  })

  it('is refused when it has been moved to another session or app', async () => {
    const genuine = (await broker.appToken('heartline', { session })).slice('Bearer '.length)
    const [header = '', , signature = ''] = genuine.split('.')

    for (const change of [{ session: 'another' }, { app: 'other' }, { scope: 'system/*.*' }]) {
      const claims = JSON.stringify({ ...decodeJwt(genuine), ...change })
      const moved = `${header}.${Buffer.from(claims).toString('base64url')}.${signature}`
      const answer = await broker.fhir('/Patient/pat-1', { authorization: `Bearer ${moved}` })
      expect(await outcome(answer)).toEqual(refusal(401, 'login'))
    }
  })

  it.each([
    ['an assertion of the app, meant for the token endpoint', async () => ownAssertion()],
    ['the SSO message’s token', async () => message.authorization.slice('Bearer '.length)],
  ])('is refused when it is a JWT of another kind: %s', async (_kind, token) => {
    const authorization = `Bearer ${await token()}`

    const answer = await broker.fhir('/Patient/pat-1', { session, authorization })

    expect(await outcome(answer)).toEqual(refusal(401, 'login'))
  })

  const ownAssertion = () => broker.app.assertion(`${broker.base}/auth/token`)

  it('is refused when it has expired', async () => {
    const authorization = await broker.appToken()
    broker.stack.time.advance(301)

    const answer = await broker.fhir('/Patient/pat-1', { session, authorization })

    expect(await outcome(answer)).toEqual(refusal(401, 'login'))
  })
})

describe('a method that no address takes', () => {
  it.each([
    ['PUT', '/auth/token'],
    ['GET', '/auth/token'],
    ['POST', '/session'],
    ['PUT', '/session'],
    ['DELETE', '/.well-known/jwks.json'],
    ['DELETE', '/.well-known/messages-jwks.json'],
    ['DELETE', '/sso'],
    ['PUT', '/launch/general-development'],
    ['DELETE', '/redirect'],
    ['PUT', '/redirect/general-heartline'],
  ])('%s %s is answered as FHIR has it, and does nothing', async (method, path) => {
    const answer = await broker.api(path, { session, method })

    expect(await outcome(answer)).toEqual(refusal(404, 'not-found'))
    expect((await broker.api('/session', { session })).status).toBe(200)
  })
})

describe('the session at the FHIR door', () => {
  it('is demanded, with the way to name it', async () => {
    const answer = await outcome(await broker.fhir('/Patient/pat-1', {}))

    expect(answer).toEqual(refusal(400, 'required'))
    expect(JSON.stringify(answer.body)).toContain('_redox_session')
  })

  it('has one answer for unknown and for another app’s', async () => {
    const unknown = await outcome(await broker.fhir('/Patient/pat-1', { session: 'unknown' }))
    const foreign = await outcome(
      await broker.fhir('/Patient/pat-1', {
        session,
        authorization: await broker.appToken('other'),
      }),
    )

    expect(unknown).toEqual(refusal(403, 'expired'))
    expect(foreign).toEqual(refusal(403, 'expired'))
    expect(unknown.body.issue[0]?.details).toEqual(foreign.body.issue[0]?.details)
  })

  it('is one: two different are refused, two equal pass', async () => {
    const { message: live } = await broker.signOn(plainBrowser())
    const another = live.body.Meta.SessionID
    const twice = (other: string) =>
      broker.fhir(`/Patient/pat-1?_redox_session=${other}`, { session })

    expect(await outcome(await twice('another'))).toEqual(refusal(400, 'invalid'))
    expect(await outcome(await twice(another))).toEqual(refusal(400, 'invalid'))
    expect((await twice(session)).status).toBe(200)
  })

  it.each(['_redox_session=', '%5Fredox_session='])(
    'is not taken from a form, which goes to the EHR: %s',
    async (parameter) => {
      const { message: live } = await broker.signOn(plainBrowser())
      const before = broker.ehr.fhirRequests.length
      const sessionId = live.body.Meta.SessionID

      const bound = await broker.appToken('heartline', { session })
      for (const named of [{}, { session: sessionId }, { authorization: bound }]) {
        const answer = await broker.fhir('/Patient/_search', {
          ...named,
          method: 'POST',
          headers: { 'content-type': 'application/x-www-form-urlencoded' },
          body: `name=x&${parameter}${sessionId}`,
        })
        expect(answer.status).toBe(400)
      }
      expect(broker.ehr.fhirRequests).toHaveLength(before)
    },
  )

  it('is over at its end, and after an idle hour', async () => {
    const { message: fresh } = await broker.signOn(plainBrowser())
    broker.stack.time.advance(3_601)

    const answer = await broker.fhir('/Patient/pat-1', { session: fresh.body.Meta.SessionID })

    expect(await outcome(answer)).toEqual(refusal(403, 'expired'))
  })
})

describe('the path at the FHIR door', () => {
  it.each([
    ['another organization’s', '/fhir/R4/another/Development/Patient/pat-1'],
    ['an environment in lower case', '/fhir/R4/general/development/Patient/pat-1'],
    ['another environment', '/fhir/R4/general/Production/Patient/pat-1'],
    ['an unknown version', '/fhir/R9/general/Development/Patient/pat-1'],
    ['another version', '/fhir/R5/general/Development/Patient/pat-1'],
  ])('is refused for %s', async (_case, path) => {
    const { message: live } = await broker.signOn(plainBrowser())

    const answer = await broker.api(path, { session: live.body.Meta.SessionID })

    expect(await outcome(answer)).toEqual(refusal(404, 'not-found'))
  })

  it.each([
    '/Patient/..',
    '/Patient/%2e%2e/%2e%2e/admin',
    '/Patient/%252e%252e/admin',
    '/..%2f..%2fadmin',
    '/Patient/../../admin',
    '//evil.example/Patient',
    '/Patient%5c..%5cadmin',
    '/Patient/pat-1;x=1',
    '/user@evil.example/x',
    '/Patient/%00',
  ])('never leaves the FHIR base: %s', async (path) => {
    const { message: live } = await broker.signOn(plainBrowser())
    const before = broker.ehr.fhirRequests.length

    const answer = await broker.rawFhir(path, live.body.Meta.SessionID)

    expect([400, 403, 404]).toContain(answer.status)
    expect(broker.ehr.fhirRequests).toHaveLength(before)
  })

  it.each(['POST', 'OPTIONS', 'TRACE'])(
    'does not serve %s of a resource, and says what it serves',
    async (method) => {
      const { message: live } = await broker.signOn(plainBrowser())
      const before = broker.ehr.fhirRequests.length

      const answer = await broker.rawFhir('/Patient/pat-1', live.body.Meta.SessionID, method)

      expect(answer.status).toBe(405)
      expect(answer.headers.get('allow')).toBe('GET, HEAD, PUT, PATCH, DELETE')
      expect(broker.ehr.fhirRequests).toHaveLength(before)
    },
  )
})

describe('the token endpoint', () => {
  const path = '/auth/token'
  const form = async (changed: Record<string, string> = {}) => ({
    grant_type: 'client_credentials',
    client_assertion_type: 'urn:ietf:params:oauth:client-assertion-type:jwt-bearer',
    client_assertion: await broker.app.assertion(`${broker.base}${path}`),
    ...changed,
  })
  const post = async (fields: Record<string, string>) => broker.post(path, fields)

  it('gives a token to an app that proves itself, at either path', async () => {
    const first = await post(await form())
    const second = await broker.post('/v2/auth/token', {
      ...(await form()),
      client_assertion: await broker.app.assertion(`${broker.base}/v2/auth/token`),
    })

    expect([first.status, second.status]).toEqual([200, 200])
    expect(await first.json()).toEqual({
      access_token: expect.stringMatching(/^[\w-]+\.[\w-]+\.[\w-]+$/),
      token_type: 'bearer',
      expires_in: 300,
      scope: 'system/*.cruds',
    })
    expect(first.headers.get('cache-control')).toBe('no-store')
  })

  it('takes an assertion once, also of many at once', async () => {
    const fields = await form()

    const answers = await Promise.all(Array.from({ length: 5 }, () => post(fields)))

    expect(answers.map(({ status }) => status).sort()).toEqual([200, 401, 401, 401, 401])
  })

  it.each([
    ['no assertion', { client_assertion: '' }, 'invalid_client'],
    ['another grant', { grant_type: 'password' }, 'unsupported_grant_type'],
    ['garbage for an assertion', { client_assertion: 'x.y.z' }, 'invalid_client'],
    ['another scope', { scope: 'user/*.cruds' }, 'invalid_scope'],
  ])('answers %s as RFC 6749 has it', async (_case, changed, error) => {
    const answer = await post(await form(changed))

    expect(answer.status).toBe(error === 'invalid_client' ? 401 : 400)
    expect(await answer.json()).toMatchObject({ error, error_description: expect.any(String) })
  })

  it('refuses an assertion of a key that is not registered', async () => {
    const impostor = await startFakeApp(broker.app.clientId)
    const client_assertion = await impostor.assertion(`${broker.base}${path}`)
    await impostor.close()

    const answer = await post(await form({ client_assertion }))

    expect(answer.status).toBe(401)
    expect(await answer.json()).toMatchObject({ error: 'invalid_client' })
  })

  it.each([
    ['meant for another server', 'https://other.example/auth/token', {}],
    ['meant for the broker, and not for its token endpoint', '', {}],
    ['of another subject', path, { sub: 'other-server' }],
    ['of an unknown client', path, { iss: 'nobody', sub: 'nobody' }],
    ['that has expired', path, { exp: 1_700_000_000 }],
    ['that lives for a day', path, { exp: 4_000_000_000 }],
    ['without a jti', path, { jti: '' }],
  ])('refuses an assertion %s, and says no more than that', async (_case, audience, claims) => {
    const aud = audience.startsWith('https:') ? audience : `${broker.base}${audience}`
    const refused = await post(
      await form({ client_assertion: await broker.app.assertion(aud, claims) }),
    )
    const garbage = await post(await form({ client_assertion: 'x.y.z' }))

    expect(refused.status).toBe(401)
    expect(await refused.json()).toEqual(await garbage.json())
  })

  it('refuses an assertion under a kid that is not registered', async () => {
    const [, claims = '', signature = ''] = (await form()).client_assertion.split('.')
    const header = JSON.stringify({ alg: 'ES384', kid: 'app-2', typ: 'JWT' })
    const forged = `${Buffer.from(header).toString('base64url')}.${claims}.${signature}`

    const answer = await post(await form({ client_assertion: forged }))

    expect(answer.status).toBe(401)
    expect(await answer.json()).toMatchObject({ error: 'invalid_client' })
  })

  it('binds no token to a session that is unknown', async () => {
    const answer = await post({ ...(await form()), session: 'unknown' })

    expect(answer.status).toBe(400)
    expect(await answer.json()).toMatchObject({ error: 'invalid_grant' })
  })

  it('publishes the keys of assertions and of messages each in its set, and no other', async () => {
    const read = async (name: string) => {
      const answer = await fetch(`${broker.base}/.well-known/${name}`)
      return (await answer.json()) as JSONWebKeySet
    }
    const RSA = {
      kty: 'RSA',
      use: 'sig',
      alg: 'RS384',
      kid: expect.any(String),
      n: expect.any(String),
      e: 'AQAB',
    }
    const ELLIPTIC = {
      kty: 'EC',
      crv: 'P-384',
      use: 'sig',
      alg: 'ES384',
      kid: expect.any(String),
      x: expect.any(String),
      y: expect.any(String),
    }
    const [assertions, messages] = [await read('jwks.json'), await read('messages-jwks.json')]

    expect(assertions).toEqual({ keys: [RSA] })
    expect(messages).toEqual({ keys: [RSA, ELLIPTIC] })
    expect(messages.keys[0]?.kid).not.toBe(assertions.keys[0]?.kid)
  })
})
