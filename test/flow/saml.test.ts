import { createHash } from 'node:crypto'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { atProviderPages } from '../support/at-provider-pages.ts'
import { formOf, type PlainBrowser, plainBrowser, type Visit } from '../support/browser.ts'
import { NO_CHROMIUM } from '../support/chromium.ts'
import { givenChromium } from './given-chromium.ts'
import { expectNoAccess } from './given-connections.ts'
import { givenSaml } from './given-saml.ts'

/** What the app was told of a session, and why. */
function eventsOf(sessionId: string) {
  const session = createHash('sha256').update(sessionId).digest('base64url')
  return given
    .events()
    .filter(({ detail }) => detail['session'] === session)
    .map((event) => [event['detail-type'], event.detail['reason']])
}

/** Signs on, reads, and signs off at the provider: what the app is told, and what it may read. */
async function readUntilLogout(name: string) {
  const { idp } = given.server(name)
  const browser = plainBrowser()
  let page = await broughtBy(browser, await answered(browser, name))
  if (page.location) page = await atProviderPages(browser, await browser.follow(page.location))
  const message = await given.finish(browser, page)
  const { SessionID } = message.Meta
  const read = async () => (await given.read(name, 'Patient/1', SessionID)).status
  const before = await read()
  await browser.follow(idp.logoutUrl)
  return {
    message,
    statuses: [before, await read()],
    events: eventsOf(SessionID),
  }
}

const READ_UNTIL_LOGOUT = {
  message: { Subject: 'dr.okafor', Name: 'Joseph Okafor' },
  statuses: [200, 403],
  events: [
    ['session.created', undefined],
    ['session.ended', 'logout'],
  ],
}

let given: Awaited<ReturnType<typeof givenSaml>>
beforeAll(async () => {
  given = await givenSaml()
})
afterAll(() => given.close())

const CROSS_SITE = { 'sec-fetch-site': 'cross-site' }

/** From our login to the page by which the provider has the browser bring its answer. */
async function answered(browser: PlainBrowser, name = 'general'): Promise<Visit> {
  return browser.follow(`${given.base}/saml/at-${name}/login`)
}

async function broughtBy(browser: PlainBrowser, answer: Visit) {
  return browser.submit(formOf(answer), CROSS_SITE)
}

/** Posts the ticket that is on a page. */
async function handedOver(browser: PlainBrowser, page: Visit) {
  return browser.submit(formOf(page), { 'sec-fetch-site': 'same-origin' })
}

const TICKET_OF_ANOTHER = { status: 403, code: 'ticket_browser_mismatch' }

const codeOf = (page: Visit) => {
  const reference = /Reference: ([\w-]+)/.exec(page.text)?.[1] ?? 'none'
  const line = given.logLines().find((one) => one.includes(reference) && one.includes('"code"'))
  return { status: page.status, code: /"code":"(\w+)"/.exec(line ?? '')?.[1] }
}

describe('SAML with samlp as the identity provider', () => {
  it('saml × none: a sign-on that begins here, by a signed request, tells the app who and about whom', async () => {
    const { idp } = given.server('general')
    const asked = idp.requests.length
    const browser = plainBrowser()

    const message = await given.finish(browser, await broughtBy(browser, await answered(browser)))

    expect(idp.requests.length).toBe(asked + 1)
    expect(message).toMatchObject({
      Subject: 'dr.okafor',
      Name: 'Joseph Okafor',
      EmailAddress: 'j.okafor@general.example',
      Patient: {
        Identifiers: [
          { ID: 'pat-9', IDType: 'FHIR' },
          { ID: 'MRN-0042', IDType: 'MR' },
        ],
      },
      Visit: { VisitNumber: 'enc-1' },
    })
    await expectNoAccess(given, 'general', message)
  })

  it('saml × system: FHIR uses the connection’s own access, until the provider signs the person off', async () => {
    const browser = plainBrowser()
    const signedOn = await broughtBy(browser, await answered(browser, 'system'))
    const { Meta, ...message } = await given.finish(browser, signedOn)
    const read = async () => (await given.read('system', 'Patient/pat-9', Meta.SessionID)).status

    expect(message).toMatchObject({ Subject: 'dr.okafor', Name: 'Joseph Okafor' })
    expect(await given.keptRows('system')).toContainEqual(
      expect.objectContaining({ patient: 'pat-9', encounter: 'enc-1' }),
    )
    expect(await read()).toBe(200)
    await browser.follow(given.server('system').idp.logoutUrl)
    expect(await read()).toBe(403)
    expect(eventsOf(Meta.SessionID)).toEqual(READ_UNTIL_LOGOUT.events)
  })

  it('saml × user: a launch at the EHR follows, and FHIR uses what the person granted', async () => {
    const browser = plainBrowser()
    const signedOn = await broughtBy(browser, await answered(browser, 'user'))
    const { Meta, ...message } = await given.finish(browser, signedOn)

    expect(message).toMatchObject({
      Subject: 'dr.okafor',
      Name: 'Joseph Okafor',
      Patient: {
        Identifiers: [
          { ID: 'pat-9', IDType: 'FHIR' },
          { ID: 'MRN-0042', IDType: 'MR' },
        ],
      },
    })
    expect((await given.read('user', 'Patient/pat-9', Meta.SessionID)).status).toBe(200)
  })

  it('signs nobody on when the EHR then grants access to another patient than the attributes name', async () => {
    const { ehr } = given.server('user')
    const sent = given.app.messages.length
    const browser = plainBrowser()
    ehr?.misbehave({ tokenMembers: { patient: 'pat-8' } })
    const { location = '' } = await broughtBy(browser, await answered(browser, 'user'))
    const page = await browser.follow(location)
    ehr?.misbehave({ tokenMembers: { patient: 'pat-9' } })

    expect([codeOf(page), given.app.messages.length]).toEqual([
      { status: 403, code: 'sign_on_mismatch' },
      sent,
    ])
  })

  it('saml × none: one that begins at the provider passes where the connection takes it, whatever its RelayState', async () => {
    const browser = plainBrowser()
    const start = await browser.visit(given.server('mercy').idp.startUrl)

    const page = await broughtBy(browser, start)
    expect(page.text).not.toContain('evil.example')
    const message = await given.finish(browser, page)
    expect(message).toMatchObject({ Subject: 'dr.okafor' })
    await expectNoAccess(given, 'mercy', message)
  })

  it('one that begins at the provider is refused elsewhere', async () => {
    const browser = plainBrowser()
    const start = await browser.visit(given.server('general').idp.startUrl)

    expect(codeOf(await broughtBy(browser, start))).toEqual({
      status: 403,
      code: 'saml_unsolicited',
    })
  })

  it.each([
    ['AES-256-GCM', { encrypts: true }],
    [
      'AES-256-CBC, in a signed response',
      {
        encrypts: true,
        signResponse: true,
        encryptionAlgorithm: 'http://www.w3.org/2001/04/xmlenc#aes256-cbc',
      },
    ],
  ])('an assertion is decrypted by the key in KMS: %s', async (_, how) => {
    const { idp } = given.server('general')
    idp.answer(how)
    const browser = plainBrowser()
    const answer = await answered(browser)
    idp.answer({})

    expect(Buffer.from(formOf(answer).fields['SAMLResponse'] ?? '', 'base64').toString()).toContain(
      'EncryptedAssertion',
    )
    expect(await given.finish(browser, await broughtBy(browser, answer))).toMatchObject({
      Subject: 'dr.okafor',
    })
  })

  it('a signed response around an assertion that is not signed is accepted', async () => {
    const { idp } = given.server('general')
    idp.answer({ signAssertion: false, signResponse: true })
    const browser = plainBrowser()
    const answer = await answered(browser)
    idp.answer({})

    expect(await given.finish(browser, await broughtBy(browser, answer))).toMatchObject({
      Subject: 'dr.okafor',
    })
  })

  it('what is not signed at all is refused', async () => {
    const { idp } = given.server('general')
    idp.answer({ signAssertion: false })
    const browser = plainBrowser()
    const answer = await answered(browser)
    idp.answer({})

    expect(codeOf(await broughtBy(browser, answer))).toEqual({
      status: 403,
      code: 'saml_response_invalid',
    })
  })

  it('cross-user session fixation by saml: an answer is taken once, in the browser that asked for it', async () => {
    const browser = plainBrowser()
    const answer = await answered(browser)

    expect(codeOf(await broughtBy(plainBrowser(), answer))).toEqual({
      status: 403,
      code: 'state_browser_mismatch',
    })
    const page = await broughtBy(browser, answer)
    expect(page.text).toContain('name="ticket"')
    expect(codeOf(await broughtBy(browser, answer))).toEqual({ status: 400, code: 'state_used' })
    const sent = given.app.messages.length
    expect(codeOf(await handedOver(plainBrowser(), page))).toEqual(TICKET_OF_ANOTHER)
    expect(given.app.messages).toHaveLength(sent)
    await given.finish(browser, page)
  })

  it('cross-user session fixation by saml, at the EHR that then grants access: what one browser began, no other ends', async () => {
    const browser = plainBrowser()
    const { location = '' } = await broughtBy(browser, await answered(browser, 'user'))
    const { location: callback = '' } = await browser.visit(location)
    const tokenRequests = () => given.server('user').ehr?.tokenRequests.length
    const before = [tokenRequests(), given.app.messages.length]

    expect(codeOf(await plainBrowser().visit(callback))).toEqual({
      status: 403,
      code: 'state_browser_mismatch',
    })
    expect([tokenRequests(), given.app.messages.length]).toEqual(before)
    const page = await browser.visit(callback)
    expect(codeOf(await handedOver(plainBrowser(), page))).toEqual(TICKET_OF_ANOTHER)
    await given.finish(browser, page)
  })

  it('an answer that nobody asked for is taken once too, and its ticket in that browser only', async () => {
    const browser = plainBrowser()
    const start = await browser.visit(given.server('mercy').idp.startUrl)
    const page = await broughtBy(browser, start)

    expect(codeOf(await broughtBy(plainBrowser(), start))).toEqual({
      status: 400,
      code: 'saml_replayed',
    })
    expect(codeOf(await handedOver(plainBrowser(), page))).toEqual(TICKET_OF_ANOTHER)
  })

  it('an answer of one hospital’s provider is refused at the other’s address', async () => {
    const browser = plainBrowser()
    const answer = formOf(await answered(browser))
    const elsewhere = { ...answer, action: answer.action.replace('at-general', 'at-mercy') }

    expect(codeOf(await browser.submit(elsewhere, CROSS_SITE))).toEqual({
      status: 403,
      code: 'saml_response_invalid',
    })
  })

  it('a logout of the whole person is answered, by a signed response that the provider takes', async () => {
    const { idp } = given.server('mercy')
    const browser = plainBrowser()
    await broughtBy(browser, await browser.visit(idp.startUrl))

    const done = idp.logoutsDone()
    idp.forgetSessions()
    const page = await browser.follow(idp.logoutUrl)

    expect(page.status).toBe(200)
    expect(idp.logoutsDone()).toBe(done + 1)
  })

  it('saml × user: the grant is asked for by a pushed request, and ends when the provider signs the person off', async () => {
    expect(await readUntilLogout('county')).toMatchObject(READ_UNTIL_LOGOUT)
  })

  it('saml × user: the same by a client that proves itself by a key', async () => {
    expect(await readUntilLogout('state')).toMatchObject(READ_UNTIL_LOGOUT)
  })

  it('a logout that nobody signed is refused', async () => {
    const { status, code } = codeOf(
      await plainBrowser().visit(`${given.base}/saml/at-mercy/slo?SAMLRequest=PHgvPg%3D%3D`),
    )
    expect([status, code]).toEqual([400, 'saml_logout_invalid'])
  })

  it('there is no SAML where the registry has none', async () => {
    for (const path of ['metadata', 'login', 'slo']) {
      expect(codeOf(await plainBrowser().visit(`${given.base}/saml/gone/${path}`))).toEqual({
        status: 404,
        code: 'saml_connection_unknown',
      })
    }
  })

  it('in Chromium a sign-on ends in the app, on its own and in a frame of another site', async (test) => {
    const chromium = await givenChromium()
    if (!chromium) return test.skip(NO_CHROMIUM)
    const login = `${given.base}/saml/at-general/login`
    const { origin } = given.server('general').idp
    const page = await (await chromium.newContext()).newPage()

    await page.goto(login)
    await page.waitForURL('**/welcome', { timeout: 10_000 })

    await page.goto(`${origin}/frame?src=${encodeURIComponent(login)}`)
    await expect.poll(() => page.frames().at(-1)?.url(), { timeout: 5_000 }).toMatch(/\/welcome$/)
  })

  it('no message of a provider is in a log line', () => {
    const lines = given.logLines().join('\n')
    for (const planted of ['dr.okafor', 'Okafor', 'MRN-0042', 'SAMLResponse=', 'evil.example']) {
      expect(lines).not.toContain(planted)
    }
  })
})
