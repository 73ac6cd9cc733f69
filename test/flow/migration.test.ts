import { randomBytes, randomUUID } from 'node:crypto'
import { exportJWK, generateKeyPair, jwtVerify, SignJWT } from 'jose'
import { afterAll, beforeAll, expect, it } from 'vitest'
import { plainBrowser } from '../support/browser.ts'
import { givenBroker, givenOutside, SSO_SECRET } from './given-broker.ts'

/** The app's own key, RS384 as Redox has its OAuth API keys. */
const KEY_ID = 'api-key-1'
const [key, strange] = await Promise.all([generateKeyPair('RS384'), generateKeyPair('RS384')])

async function setup() {
  const outside = await givenOutside()
  const jwk = { ...(await exportJWK(key.publicKey)), kid: KEY_ID, alg: 'RS384', use: 'sig' }
  const app = { ...outside.app, jwks: { keys: [...outside.app.jwks.keys, jwk] } }
  const broker = await givenBroker({ outside: { ...outside, app } })
  const close = async () => {
    await Promise.all([broker.close(), outside.close()])
  }
  return { ...broker, close }
}

let broker: Awaited<ReturnType<typeof setup>>
beforeAll(async () => {
  broker = await setup()
})
afterAll(() => broker.close())

/** What such an app has in its environment: where it asks for tokens, and its credentials. */
interface Settings {
  readonly BASE_URL: string
  readonly CLIENT_ID: string
  readonly PRIVATE_KEY: Parameters<SignJWT['sign']>[0]
  readonly SOURCE_ID: string
  readonly SSO_SECRET: string
  readonly SSO_AUDIENCE: string
}

const settingsHere = (): Settings => ({
  BASE_URL: broker.base,
  CLIENT_ID: broker.app.clientId,
  PRIVATE_KEY: key.privateKey,
  SOURCE_ID: randomUUID(),
  SSO_SECRET,
  SSO_AUDIENCE: broker.destinationId,
})

/**
 * An app as Redox's public samples are: HS256 under the secret as it was typed, `aud` held to a setting,
 * the answer a 302 with an address that is good once, a token for an RS384 assertion at `/v2/auth/token`,
 * and FHIR by POST `_search` with `_redox_session`.
 * It knows nothing of any other broker.
 */
function sampleApp(settings: Settings, origin: string) {
  const signedOn = new Map<string, { readonly session: string; readonly base: string }>()

  /** The form of Redox's token endpoint, with an assertion as its demo app signs one. */
  async function askToken() {
    const url = `${settings.BASE_URL}/v2/auth/token`
    const now = Math.floor(Date.now() / 1000)
    const assertion = await new SignJWT({ iss: settings.CLIENT_ID, sub: settings.CLIENT_ID })
      .setProtectedHeader({ alg: 'RS384', kid: KEY_ID, typ: 'JWT' })
      .setAudience(url)
      .setIssuedAt(now)
      .setExpirationTime(now + 300)
      .setJti(randomBytes(16).toString('hex'))
      .sign(settings.PRIVATE_KEY)
    const answer = await fetch(url, {
      method: 'POST',
      body: new URLSearchParams({
        grant_type: 'client_credentials',
        client_assertion_type: 'urn:ietf:params:oauth:client-assertion-type:jwt-bearer',
        client_assertion: assertion,
      }),
    })
    const { access_token } = (await answer.json()) as { readonly access_token?: string }
    return { status: answer.status, token: access_token }
  }

  return {
    askToken,
    async takeSso(authorization: string, body: string) {
      const token = /^Bearer (.+)$/.exec(authorization)?.[1] ?? ''
      const key = new TextEncoder().encode(settings.SSO_SECRET)
      try {
        await jwtVerify(token, key, { algorithms: ['HS256'], audience: settings.SSO_AUDIENCE })
      } catch {
        return { status: 401 }
      }
      const { Meta } = JSON.parse(body) as {
        readonly Meta: { readonly SessionID: string; readonly SessionBaseURL: string }
      }
      const once = randomBytes(16).toString('hex')
      signedOn.set(once, { session: Meta.SessionID, base: Meta.SessionBaseURL })
      return { status: 302, location: `${origin}/login?token=${once}` }
    },
    /** What the page behind the address does: the token is spent, and the patient is searched for. */
    async openPage(address: string) {
      const once = new URL(address).searchParams.get('token') ?? ''
      const session = signedOn.get(once)
      signedOn.delete(once)
      if (!session) return undefined
      const { token } = await askToken()
      const url = `${session.base}/Patient/_search?_redox_session=${session.session}`
      return fetch(url, {
        method: 'POST',
        headers: {
          authorization: `Bearer ${token}`,
          'content-type': 'application/x-www-form-urlencoded',
          'Redox-Source-Id': settings.SOURCE_ID,
        },
        body: new URLSearchParams({ _id: 'pat-1' }),
      })
    },
  }
}

/** A launch, with the app behind the endpoint that the registry names. */
async function launched(settings: Settings) {
  const app = sampleApp(settings, broker.app.origin)
  const browser = plainBrowser()
  const form = await broker.toHandOver(browser)
  broker.app.answer((response) => {
    const { authorization, body } = broker.app.messages.at(-1) ?? expect.unreachable()
    void app.takeSso(authorization, JSON.stringify(body)).then(({ status, location }) => {
      response.writeHead(status, location ? { location } : {}).end()
    })
  })
  const page = await browser.submit(form, { 'sec-fetch-site': 'same-origin' })
  const next = /<a id="next"[^>]* href="([^"]*)"/.exec(page.text)?.[1]?.replaceAll('&amp;', '&')
  return { app, page, next }
}

it('An app of Redox’s moves by its base URL and credentials alone', async () => {
  const { app, next = '' } = await launched(settingsHere())

  const answer = await app.openPage(next)

  expect(answer?.status).toBe(200)
  expect(await answer?.json()).toMatchObject({ resourceType: 'Bundle' })
  const { method, url, body, headers } = broker.ehr.fhirRequests.at(-1) ?? expect.unreachable()
  expect([method, url, body]).toEqual(['POST', '/fhir/Patient/_search', '_id=pat-1'])
  expect(JSON.stringify(headers)).not.toMatch(/redox/i)
  expect(await app.openPage(next)).toBeUndefined()
})

it('and gets no token, and so no FHIR, by another key than the one that is registered', async () => {
  const PRIVATE_KEY = strange.privateKey
  const { app, next = '' } = await launched({ ...settingsHere(), PRIVATE_KEY })
  const asked = broker.ehr.fhirRequests.length

  expect(await app.askToken()).toEqual({ status: 401, token: undefined })
  expect((await app.openPage(next))?.status).toBe(401)
  expect(broker.ehr.fhirRequests).toHaveLength(asked)
})

it.each([
  ['secret', { SSO_SECRET: 'another-secret-0123456789abcdef01' }],
  ['audience', { SSO_AUDIENCE: 'another-destination' }],
])('and refuses the sign-on with the wrong %s, whose session ends then', async (_, wrong) => {
  const { page, next } = await launched({ ...settingsHere(), ...wrong })

  expect([page.status, next]).toEqual([502, undefined])
  const session = broker.app.messages.at(-1)?.body.Meta.SessionID ?? ''
  expect((await broker.fhir('/Patient/pat-1', { session })).status).toBe(403)
})
