import { afterAll, describe, expect, it } from 'vitest'
import { formOf, plainBrowser } from '../support/browser.ts'
import { givenBroker } from './given-broker.ts'

const broker = await givenBroker({ sharedEhr: true })
afterAll(() => broker.close())

const HEARTLINE = `${broker.base}/redirect/general-heartline`

/** The answer as it would be at another redirect URI. */
const movedTo = (redirectUri: string, back: string) => `${redirectUri}${new URL(back).search}`

describe('two apps at one authorization server', () => {
  it('have redirect URIs of their own, from the authorization request to the token request (SM-01, BC-02)', async () => {
    const browser = plainBrowser()
    const back = await broker.toRedirect(browser)
    expect(back.split('?')[0]).toBe(HEARTLINE)

    const page = await browser.visit(back)

    expect(broker.ehr.tokenRequests.at(-1)?.body.get('redirect_uri')).toBe(HEARTLINE)
    const { message } = await broker.handOver(browser, formOf(page))
    const answer = await broker.fhir('/Patient/pat-1', { session: message.body.Meta.SessionID })
    expect(answer.status).toBe(200)
  })

  it('take an answer that an EHR posts there (SM-36)', async () => {
    const browser = plainBrowser()
    const back = new URL(await broker.toRedirect(browser, { key: 'general-other' }))
    expect(back.pathname).toMatch(/\/redirect\/general-other$/)

    const page = await browser.submit(
      { action: `${back.origin}${back.pathname}`, fields: Object.fromEntries(back.searchParams) },
      { 'sec-fetch-site': 'cross-site' },
    )

    expect(page.status).toBe(200)
  })

  it.each([
    ['the other app’s', `${broker.base}/redirect/general-other`],
    ['the common one', `${broker.base}/redirect`],
    ['a registration’s that is nobody’s', `${broker.base}/redirect/nobody`],
  ])(
    'refuse an answer at %s, before any token request, and the sign-on is over (CX-01)',
    async (_whose, redirectUri) => {
      const browser = plainBrowser()
      const back = await broker.toRedirect(browser)
      const asked = broker.ehr.tokenRequests.length
      const before = broker.logLines().length

      const page = await browser.visit(movedTo(redirectUri, back))

      expect(page.status).toBe(400)
      expect(page.text).toMatch(/an answer that this app cannot use/)
      expect((await browser.visit(back)).text).toMatch(/already used/)
      expect(broker.ehr.tokenRequests).toHaveLength(asked)
      expect(broker.logLines().slice(before).join()).toContain('redirect_uri_mismatch')
    },
  )

  it('refuse the one app’s code under the other’s state (CX-03)', async () => {
    const browser = plainBrowser()
    const theirs = new URL(await broker.toRedirect(browser))
    const ours = new URL(await broker.toRedirect(browser, { key: 'general-other' }))
    const asked = broker.ehr.tokenRequests.length

    const mixed = new URL(ours)
    mixed.searchParams.set('state', theirs.searchParams.get('state') ?? '')

    expect((await browser.visit(mixed.href)).status).toBe(400)
    expect(broker.ehr.tokenRequests).toHaveLength(asked)
  })

  it('have no redirect URI below their own', async () => {
    const browser = plainBrowser()
    const back = await broker.toRedirect(browser)

    expect((await browser.visit(movedTo(`${HEARTLINE}/x`, back))).status).toBe(404)
    expect((await browser.visit(back)).status).toBe(200)
  })
})
