import { afterAll, describe, expect, it } from 'vitest'
import { formOf, plainBrowser } from '../support/browser.ts'
import { givenBroker } from './given-broker.ts'

const broker = await givenBroker({ standaloneLaunch: true, ehrByName: true })
afterAll(() => broker.close())

const CROSS_SITE = { 'sec-fetch-site': 'cross-site' }
const launchAddress = (key: string) => `${broker.base}/launch/${key}`

describe('a launch that is posted', () => {
  it('goes all the way, by POST at each step that an EHR may post', async () => {
    const browser = plainBrowser()
    const fields = { iss: broker.ehr.fhirBaseUrl, launch: 'posted' }

    const begun = await browser.submit(
      { action: launchAddress('general-development'), fields },
      CROSS_SITE,
    )
    expect(begun.status).toBe(303)
    const authorize = new URL(begun.location ?? '')
    expect(authorize.searchParams.get('launch')).toBe('posted')

    const back = new URL((await browser.visit(authorize.href)).location ?? '')
    const answered = await browser.submit(
      { action: `${back.origin}${back.pathname}`, fields: Object.fromEntries(back.searchParams) },
      CROSS_SITE,
    )
    const { message } = await broker.handOver(browser, formOf(answered))
    expect(message.body.Meta.SessionID).toMatch(/\S{40,}/)
  })

  it('takes the launch from the body, not from the address', async () => {
    const page = await plainBrowser().submit(
      { action: broker.launchUrl(), fields: { iss: broker.ehr.fhirBaseUrl, launch: '' } },
      CROSS_SITE,
    )

    expect(page.status).toBe(400)
    expect(page.text).toMatch(/parameter at fault is launch/)
  })

  it('is refused at /redirect without the cookie, and costs no token request (SM-36)', async () => {
    const back = new URL(await broker.toRedirect(plainBrowser()))
    const asked = broker.ehr.tokenRequests.length

    const page = await plainBrowser().submit(
      { action: `${back.origin}${back.pathname}`, fields: Object.fromEntries(back.searchParams) },
      CROSS_SITE,
    )

    expect(page.status).toBe(403)
    expect(broker.ehr.tokenRequests).toHaveLength(asked)
  })
})

describe('a standalone launch', () => {
  it.each([
    ['without iss', ''],
    ['with the right iss', `?iss=${encodeURIComponent(broker.ehr.fhirBaseUrl)}`],
  ])('asks for a patient by scope, %s (SM-07)', async (_case, query) => {
    const { location } = await plainBrowser().visit(launchAddress('general-development') + query)

    const { searchParams } = new URL(location ?? '')
    expect(searchParams.has('launch')).toBe(false)
    expect(searchParams.get('aud')).toBe(broker.ehr.fhirBaseUrl)
    expect(searchParams.get('scope')?.split(' ')).toEqual([
      'launch/patient',
      'openid',
      'fhirUser',
      'patient/*.rs',
      'offline_access',
    ])
  })

  it('goes all the way', async () => {
    const browser = plainBrowser()
    const { location } = await browser.visit(launchAddress('general-development'))
    const back = (await browser.visit(location ?? '')).location ?? ''

    const { message } = await broker.handOver(browser, formOf(await browser.visit(back)))

    const answer = await broker.fhir('/Patient/pat-1', { session: message.body.Meta.SessionID })
    expect(answer.status).toBe(200)
  })

  it.each([
    ['a connection that does not allow it', 'general-other', '', 400, /at fault is iss/],
    ['an app’s key', 'heartline', '', 400, /at fault is iss/],
    ['a key that is nobody’s', 'nobody', '', 404, /not known here/],
    ['an empty launch', 'general-development', '?launch=', 400, /at fault is launch/],
    ['a foreign iss', 'general-development', '?iss=https://a.example/', 403, /not set up/],
  ])('is refused with %s (SM-02)', async (_case, key, query, status, sentence) => {
    const page = await plainBrowser().visit(launchAddress(key) + query)

    expect(page.status).toBe(status)
    expect(page.text).toMatch(sentence)
    expect(page.headers.getSetCookie()).toEqual([])
  })
})

describe('what an EHR sends', () => {
  it.each(['a+b %/?&=#;', 'päivää ☃', '\u0000\u0001', 'x'.repeat(4_096), 'y'.repeat(8_192)])(
    'is passed on as it is: launch %j (SM-03)',
    async (launch) => {
      const { location } = await plainBrowser().visit(broker.launchUrl({ launch }))

      expect(new URL(location ?? '').searchParams.get('launch')).toBe(launch)
    },
  )

  it('starts the app’s one connection at the app’s key, its scheme in upper case too', async () => {
    const iss = broker.ehr.fhirBaseUrl.replace('http:', 'HTTP:')

    const { location } = await plainBrowser().visit(broker.launchUrl({ key: 'heartline', iss }))

    expect(new URL(location ?? '').searchParams.get('aud')).toBe(iss)
  })

  it('may have its host in upper case: it is the EHR all the same, and goes on as it came (SM-21)', async () => {
    const iss = broker.ehr.fhirBaseUrl.replace('127.0.0.1', 'LOCALHOST')

    const { location, status } = await plainBrowser().visit(
      broker.launchUrl({ key: 'general-by-name', iss }),
    )

    expect(status).toBe(303)
    expect(new URL(location ?? '').searchParams.get('aud')).toBe(iss)
  })
})

it('two launches in one browser finish in each other’s order (SM-67)', async () => {
  const browser = plainBrowser()
  const [first, second] = [await broker.toRedirect(browser), await broker.toRedirect(browser)]

  const later = await broker.handOver(browser, formOf(await browser.visit(second)))
  const earlier = await broker.handOver(browser, formOf(await browser.visit(first)))

  expect(later.message.body.Meta.SessionID).not.toBe(earlier.message.body.Meta.SessionID)
})

it('what else arrives at the redirect URI leads nobody anywhere (SM-34)', async () => {
  const browser = plainBrowser()
  const back = new URL(await broker.toRedirect(browser))
  for (const name of ['redirect', 'redirect_uri', 'next', 'url', 'returnTo', 'target']) {
    back.searchParams.append(name, 'https://evil.example/<script>')
  }

  const page = await browser.visit(back.href)
  const { page: end } = await broker.handOver(browser, formOf(page))

  for (const one of [page, end]) {
    const said = `${one.text}${JSON.stringify([...one.headers])}`
    expect(said).not.toContain('evil.example')
  }
  expect(end.status).toBeLessThan(400)
})

it('an error that nobody knows ends in a plain page, its description unsaid (SM-34, SM-35, OA-06)', async () => {
  const browser = plainBrowser()
  const back = await broker.toRedirect(browser, {
    authorizationResponse: {
      code: undefined,
      error: 'never_heard_of',
      error_description: '<script>alert(1)</script> call 555-0100',
    },
  })

  const page = await browser.visit(back)

  expect(page.status).toBeGreaterThanOrEqual(400)
  expect(page.text).toMatch(/Reference: /)
  expect(page.text).not.toMatch(/alert\(1\)|555-0100|never_heard_of/)
  expect(broker.logLines().join('')).not.toMatch(/555-0100/)
})
