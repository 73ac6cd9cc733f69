import { randomBytes } from 'node:crypto'
import { jwtVerify } from 'jose'
import { afterAll, beforeAll, expect, it } from 'vitest'
import { plainBrowser } from '../support/browser.ts'
import { givenBroker, SSO_SECRET } from './given-broker.ts'

let broker: Awaited<ReturnType<typeof givenBroker>>
beforeAll(async () => {
  broker = await givenBroker()
})
afterAll(() => broker.close())

/** What such an app has in its environment: a base URL is not there, as each message brings its own. */
interface Settings {
  readonly SSO_SECRET: string
  readonly SSO_AUDIENCE: string
}

/**
 * An app as Redox's public samples are: HS256 under the secret as it was typed, `aud` held to a setting,
 * the answer a 302 with an address that is good once, and FHIR by POST `_search` with `_redox_session`.
 * It knows nothing of any other broker.
 */
function sampleApp(settings: Settings, origin: string) {
  const signedOn = new Map<string, { readonly session: string; readonly base: string }>()
  return {
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
    async openPage(address: string, accessToken: string) {
      const once = new URL(address).searchParams.get('token') ?? ''
      const session = signedOn.get(once)
      signedOn.delete(once)
      if (!session) return undefined
      const url = `${session.base}/Patient/_search?_redox_session=${session.session}`
      return fetch(url, {
        method: 'POST',
        headers: {
          authorization: accessToken,
          'content-type': 'application/x-www-form-urlencoded',
          'Redox-Source-Id': settings.SSO_AUDIENCE,
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
  const { app, next = '' } = await launched({
    SSO_SECRET,
    SSO_AUDIENCE: broker.destinationId,
  })

  const answer = await app.openPage(next, await broker.appToken())

  expect(answer?.status).toBe(200)
  expect(await answer?.json()).toMatchObject({ resourceType: 'Bundle' })
  const { method, url, body, headers } = broker.ehr.fhirRequests.at(-1) ?? expect.unreachable()
  expect([method, url, body]).toEqual(['POST', '/fhir/Patient/_search', '_id=pat-1'])
  expect(JSON.stringify(headers)).not.toMatch(/redox/i)
  expect(await app.openPage(next, await broker.appToken())).toBeUndefined()
})

it.each([
  ['secret', { SSO_SECRET: 'another-secret-0123456789abcdef01' }],
  ['audience', { SSO_AUDIENCE: 'another-destination' }],
])('and refuses the sign-on with the wrong %s, whose session ends then', async (_, wrong) => {
  const { page, next } = await launched({
    SSO_SECRET,
    SSO_AUDIENCE: broker.destinationId,
    ...wrong,
  })

  expect([page.status, next]).toEqual([502, undefined])
  const session = broker.app.messages.at(-1)?.body.Meta.SessionID ?? ''
  expect((await broker.fhir('/Patient/pat-1', { session })).status).toBe(403)
})
