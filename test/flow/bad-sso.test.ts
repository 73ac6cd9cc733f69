import { afterAll, describe, expect, it, onTestFinished } from 'vitest'
import { type PageForm, plainBrowser } from '../support/browser.ts'
import { givenBroker } from './given-broker.ts'

const broker = await givenBroker()
afterAll(() => broker.close())

const POST_HEADERS = { 'sec-fetch-site': 'same-origin' }

describe('a ticket', () => {
  it('is good once: the second use shows so, and the first session lives', async () => {
    const browser = plainBrowser()
    const form = await broker.toHandOver(browser)
    const cookie = [...browser.cookies('localhost')].map(([n, v]) => `${n}=${v}`).join('; ')
    const { message } = await broker.handOver(browser, form)

    const again = await browser.submit(form, { cookie })

    expect(again.status).toBe(400)
    expect(again.text).toMatch(/already used/)
    const answer = await broker.fhir('/Patient/pat-1', { session: message.body.Meta.SessionID })
    expect(answer.status).toBe(200)
  })

  it.each([
    ['in another browser', async () => plainBrowserInAnotherLaunch()],
    ['without the cookie', async () => plainBrowser()],
  ])('is refused %s, and stays good for the right one', async (_case, other) => {
    const browser = plainBrowser()
    const form = await broker.toHandOver(browser)
    const sent = broker.app.messages.length

    const refused = await (await other()).submit(form, POST_HEADERS)

    expect(refused.status).toBe(403)
    expect(refused.text).toMatch(/began in another browser/)
    expect(broker.app.messages).toHaveLength(sent)
    expect((await broker.handOver(browser, form)).page.status).toBe(200)
  })

  it('is refused when it is unknown or missing', async () => {
    const browser = plainBrowser()
    const form = await broker.toHandOver(browser)

    const unknown = await browser.submit({ ...form, fields: { ticket: 'x' } })
    const missing = await browser.submit({ ...form, fields: {} })

    expect([unknown.status, missing.status]).toEqual([400, 400])
  })

  it('is refused from another site', async () => {
    const browser = plainBrowser()
    const form = await broker.toHandOver(browser)

    const page = await browser.submit(form, { 'sec-fetch-site': 'cross-site' })

    expect(page.status).toBe(403)
  })

  it('is taken by no GET', async () => {
    const browser = plainBrowser()
    const form = await broker.toHandOver(browser)

    const page = await browser.visit(`${form.action}?ticket=${form.fields['ticket']}`)

    expect(page.status).toBe(404)
    expect((await broker.handOver(browser, form)).page.status).toBe(200)
  })

  it('is refused when it comes too late', async () => {
    const browser = plainBrowser()
    const form = await broker.toHandOver(browser)

    broker.stack.time.advance(599)

    const page = await browser.submit(form, POST_HEADERS)
    expect(page.status).toBe(400)
    expect(page.text).toMatch(/has expired/)
  })

  async function plainBrowserInAnotherLaunch() {
    const browser = plainBrowser()
    await broker.toHandOver(browser)
    return browser
  }
})

describe('an app that does not take the sign-on', () => {
  async function answered(how: Parameters<typeof broker.app.answer>[0]) {
    const browser = plainBrowser()
    const form: PageForm = await broker.toHandOver(browser)
    broker.app.answer(how)
    return browser.submit(form, POST_HEADERS)
  }
  const redirectTo = (location: string) =>
    answered((response) => response.writeHead(302, { location }).end())
  /** The session that the app was told of last serves nobody any more. */
  async function expectEnded() {
    const session = broker.app.messages.at(-1)?.body.Meta.SessionID ?? ''
    expect((await broker.fhir('/Patient/pat-1', { session })).status).toBe(403)
  }

  it.each([
    ['a foreign origin', 'https://evil.example/'],
    ['a script', 'javascript:alert(1)'],
    ['data', 'data:text/html,<script>alert(1)</script>'],
    ['a relative address', '/welcome'],
    ['an address without a scheme', '//evil.example/'],
    ['a look-alike', 'http://127.0.0.1.evil.example/'],
    ['userinfo', 'http://127.0.0.1@evil.example/'],
  ])('moves nobody on to %s, and ends the session', async (_case, location) => {
    const page = await redirectTo(location)

    expect(page.status).toBe(502)
    expect(page.location).toBeUndefined()
    expect(page.text).toMatch(/not registered for it/)
    expect(page.text).not.toMatch(/evil\.example|alert\(1\)/)
    await expectEnded()
  })

  it('takes no more from its Location than an address: a header smuggled after it stays behind', async () => {
    const page = await answered((response) => {
      const location = `${broker.app.origin}/welcome`
      response.socket?.end(
        `HTTP/1.1 302 Found\r\nLocation: ${location}\r\nSet-Cookie: smuggled=1\r\nContent-Length: 0\r\n\r\n`,
      )
    })

    expect(page.text).toContain(`href="${broker.app.origin}/welcome"`)
    expect(page.headers.getSetCookie().join()).not.toContain('smuggled')
    const encoded = await redirectTo(`${broker.app.origin}/welcome%0d%0aSet-Cookie:%20smuggled=1`)
    expect(encoded.text).toContain('/welcome%0d%0aSet-Cookie:%20smuggled=1"')
    expect(encoded.headers.getSetCookie().join()).not.toContain('smuggled')
  })

  it.each([401, 404, 500])(
    'says so when it answers %d, and the session that it was told of ends',
    async (status) => {
      const page = await answered((response) => response.writeHead(status).end('app-body-canary'))

      expect(page.status).toBe(502)
      expect(page.text).toMatch(/did not accept this sign-on/)
      expect(page.text).not.toContain('app-body-canary')
      await expectEnded()
    },
  )

  it('says so when it hangs up', async () => {
    const page = await answered((response) => response.destroy())

    expect(page.status).toBe(502)
    expect(page.text).toMatch(/app could not be reached/)
  })

  it('shows that the sign-on is done when it answers 204', async () => {
    const page = await answered((response) => response.writeHead(204).end())

    expect(page.status).toBe(200)
    expect(page.text).toMatch(/Heartline/)
  })

  it('sends the person to the page that the app registered for errors', async () => {
    const withPages = await givenBroker({
      errorUrl: 'http://127.0.0.1:9/sorry?from=sallyport',
      landingUrl: 'http://127.0.0.1:9/landing',
    })
    onTestFinished(withPages.close)
    const browser = plainBrowser()
    withPages.app.answer((response) => response.writeHead(500).end())

    const page = await browser.submit(await withPages.toHandOver(browser), POST_HEADERS)

    const href = /href="([^"]+)"/.exec(page.text)?.[1]?.replaceAll('&amp;', '&') ?? ''
    expect(Object.fromEntries(new URL(href).searchParams)).toEqual({
      from: 'sallyport',
      error: 'sso_destination_refused',
      reference: expect.stringMatching(/^[\w-]{8,}$/),
    })

    withPages.app.answer((response) => response.writeHead(204).end())
    const landed = await browser.submit(await withPages.toHandOver(browser), POST_HEADERS)
    expect(landed.text).toContain('href="http://127.0.0.1:9/landing"')
  })

  it('says so when it is down', async () => {
    const browser = plainBrowser()
    const form = await broker.toHandOver(browser)
    await broker.app.close()

    const page = await browser.submit(form, POST_HEADERS)

    expect(page.status).toBe(502)
    expect(page.text).toMatch(/app could not be reached/)
  })
})
