import { afterAll, describe, expect, it } from 'vitest'
import { formOf, plainBrowser, type Visit } from '../support/browser.ts'
import { givenBroker } from './given-broker.ts'

const broker = await givenBroker({ requiredScopes: ['patient/*.rs'] })
afterAll(() => broker.close())

/** What every refusal in a browser owes a person, and keeps from everyone. */
function expectPlainPage(page: Visit, status: number, sentence: RegExp) {
  expect(page.status).toBe(status)
  expect(page.headers.get('content-type')).toBe('text/html; charset=utf-8')
  expect(page.headers.get('cache-control')).toBe('no-store')
  expect(page.headers.get('referrer-policy')).toBe('no-referrer')
  expect(page.text).toMatch(sentence)
  const reference = /Reference: ([\w-]{8,})/.exec(page.text)?.[1] ?? 'none'
  const line = broker.logLines().find((one) => one.includes(`"referenceId":"${reference}"`))
  expect(line).toBeDefined()
  expect(page.text).not.toMatch(/at .*\.[jt]s:\d|Error:|node:/)
  return line ?? ''
}

/** The same, of a launch that had begun: the log line says at which connection. */
function expectRefusedLaunch(page: Visit, status: number, sentence: RegExp) {
  expect(expectPlainPage(page, status, sentence)).toContain('"connection":"general-development"')
}

describe('a launch that cannot begin', () => {
  it('says so at an unknown launch address', async () => {
    expectPlainPage(
      await plainBrowser().visit(broker.launchUrl({ key: 'nobody' })),
      404,
      /not known here/,
    )
  })

  it.each([
    ['iss is missing', { iss: undefined }, 400, /parameter at fault is iss/],
    ['launch is missing', { launch: undefined }, 400, /parameter at fault is launch/],
    ['iss is empty', { iss: '' }, 400, /parameter at fault is iss/],
    ['iss is 8 kB long', { iss: `http://127.0.0.1/${'a'.repeat(8_192)}` }, 403, /not set up/],
    ['launch is empty', { launch: '' }, 400, /parameter at fault is launch/],
    ['iss is unknown', { iss: 'https://elsewhere.example/fhir' }, 403, /not set up for your EHR/],
  ])('says so when %s', async (_case, changed, status, sentence) => {
    expectPlainPage(await plainBrowser().visit(broker.launchUrl(changed)), status, sentence)
  })

  it.each([
    ['has userinfo', (base: string) => base.replace('://', '://user:pw@')],
    ['has a query', (base: string) => `${base}?x=1`],
    ['has a fragment', (base: string) => `${base}#x`],
    ['has another port', (base: string) => base.replace(/:\d+/, ':1')],
    ['has two final slashes', (base: string) => `${base}//`],
    ['is another connection’s', () => broker.otherEhrBase],
    ['is in other letters', (base: string) => base.replace('/fhir', '/FHIR')],
  ])('refuses an iss that %s, and asks nobody (SM-04)', async (_case, change) => {
    const before = broker.ehr.fhirRequests.length

    const page = await plainBrowser().visit(
      broker.launchUrl({ iss: change(broker.ehr.fhirBaseUrl) }),
    )

    expectPlainPage(page, 403, /not set up for your EHR/)
    expect(broker.ehr.fhirRequests).toHaveLength(before)
  })

  it('refuses a parameter that is there twice (SM-05)', async () => {
    const page = await plainBrowser().visit(`${broker.launchUrl()}&launch=launch-2`)

    expectPlainPage(page, 400, /parameter at fault is launch/)
  })

  it.each(['iss', 'launch'])('asks nobody where %s is missing (SM-02)', async (name) => {
    const asked = broker.ehr.fhirRequests.length

    const page = await plainBrowser().visit(broker.launchUrl({ [name]: undefined }))

    expectPlainPage(page, 400, new RegExp(`parameter at fault is ${name}`))
    expect(broker.ehr.fhirRequests).toHaveLength(asked)
    expect(page.headers.getSetCookie()).toEqual([])
  })

  it('begins only by navigation, where the browser says how it came', async () => {
    const page = await plainBrowser().visit(broker.launchUrl(), {
      headers: { 'sec-fetch-mode': 'no-cors', 'sec-fetch-dest': 'image' },
    })

    expectPlainPage(page, 403, /only opens in a browser window/)
    expect(page.headers.getSetCookie()).toEqual([])
  })
})

describe('an answer of the authorization server that does not fit', () => {
  const redirect = (parameters: Record<string, string>) =>
    `${broker.base}/redirect?${new URLSearchParams(parameters)}`

  it('is refused without a state, and with an unknown one (RP-25)', async () => {
    const browser = plainBrowser()

    expectPlainPage(await browser.visit(redirect({ code: 'c' })), 400, /not known here/)
    expectPlainPage(await browser.visit(redirect({ code: 'c', state: 'x' })), 400, /not known here/)
  })

  it('is refused when it comes too late', async () => {
    const browser = plainBrowser()
    const back = await broker.toRedirect(browser)

    broker.stack.time.advance(601)

    expectPlainPage(await browser.visit(back), 400, /has expired/)
  })

  it('is refused in another browser, which takes nothing from the right one (BC-01, CX-06)', async () => {
    const browser = plainBrowser()
    const back = await broker.toRedirect(browser)
    const asked = broker.ehr.tokenRequests.length

    expectPlainPage(await plainBrowser().visit(back), 403, /began in another browser/)
    const another = plainBrowser()
    await broker.toRedirect(another)
    expectPlainPage(await another.visit(back), 403, /began in another browser/)
    expect(broker.ehr.tokenRequests).toHaveLength(asked)

    expect((await browser.visit(back)).status).toBe(200)
  })

  it('is refused the second time, and the first session lives', async () => {
    const browser = plainBrowser()
    const back = await broker.toRedirect(browser)
    const page = await browser.visit(back)

    expectPlainPage(await browser.visit(back), 400, /already used/)

    const { message } = await broker.handOver(browser, formOf(page))
    const answer = await broker.fhir('/Patient/pat-1', { session: message.body.Meta.SessionID })
    expect(answer.status).toBe(200)
  })

  it('is good for one of many that come at once', async () => {
    const browser = plainBrowser()
    const back = await broker.toRedirect(browser)

    const pages = await Promise.all(Array.from({ length: 6 }, () => browser.visit(back)))

    expect(pages.map(({ status }) => status).sort()).toEqual([200, 400, 400, 400, 400, 400])
  })

  it('ends in a plain page when access was denied, and the state is spent (SM-35, OA-06)', async () => {
    const browser = plainBrowser()
    const state = new URL(await broker.toRedirect(browser)).searchParams.get('state') ?? ''
    const denied = redirect({
      error: 'access_denied',
      error_description: '<script>alert(1)</script> call 555-0100',
      state,
      iss: broker.ehr.origin,
    })

    const page = await browser.visit(denied)

    expectPlainPage(page, 403, /did not grant access/)
    expect(page.text).not.toMatch(/alert\(1\)|555-0100/)
    expectPlainPage(await browser.visit(denied), 400, /already used/)
  })

  it.each([
    ['of another issuer', { iss: 'https://evil.example' }],
    ['without the issuer that was promised', { iss: undefined }],
    ['without a code', { code: undefined }],
  ])('is refused %s, before any token request (RFC 9207)', async (_case, authorizationResponse) => {
    const browser = plainBrowser()
    const back = await broker.toRedirect(browser, { authorizationResponse })
    const asked = broker.ehr.tokenRequests.length

    expectPlainPage(await browser.visit(back), 400, /cannot use/)
    expect(broker.ehr.tokenRequests).toHaveLength(asked)
  })

  it('is refused with a parameter twice', async () => {
    const browser = plainBrowser()
    const back = await broker.toRedirect(browser)

    expectPlainPage(await browser.visit(`${back}&code=another`), 400, /cannot use/)
  })
})

describe('a token endpoint that does not give tokens', () => {
  it.each([
    [
      'refuses the code',
      { status: 400, body: { error: 'invalid_grant' } },
      403,
      /did not accept this sign-on/,
    ],
    [
      'refuses the client',
      { status: 401, body: { error: 'invalid_client' } },
      502,
      /did not accept this app/,
    ],
    ['answers HTML', { status: 200, body: '<html>upstream-body-canary</html>' }, 502, /cannot use/],
    ['answers nothing', { status: 200, body: '' }, 502, /cannot use/],
    [
      'answers a token of a type unknown',
      { status: 200, body: { access_token: 'x', token_type: 'mac' } },
      502,
      /cannot use/,
    ],
    ['answers 20 MB', { status: 200, body: 'x'.repeat(20_000_000) }, 502, /could not be reached/],
    ['moves', { status: 302, headers: { location: '/elsewhere' }, body: '' }, 502, /cannot use/],
    ['fails', { status: 500, body: 'upstream-body-canary' }, 502, /could not be reached/],
    ['hangs up', 'hang-up', 502, /could not be reached/],
    [
      'redirects',
      { status: 307, headers: { location: 'https://evil.example/' }, body: '' },
      502,
      /cannot use/,
    ],
  ] as const)(
    'ends the launch in a plain page, after one request, when it %s (IN-26, OA-05, OA-07)',
    async (_case, tokenAnswer, status, sentence) => {
      const browser = plainBrowser()
      const back = await broker.toRedirect(browser)
      broker.ehr.misbehave({ tokenAnswer })
      const asked = broker.ehr.tokenRequests.length

      const page = await browser.visit(back)
      broker.ehr.misbehave({})

      expectRefusedLaunch(page, status, sentence)
      expect(page.text).not.toContain('upstream-body-canary')
      expect(broker.logLines().join('')).not.toContain('upstream-body-canary')
      expect(broker.ehr.tokenRequests).toHaveLength(asked + 1)
    },
  )
})

describe('an ID token that does not hold', () => {
  it.each([
    ['no signature (alg none)', { unsigned: true }],
    ['the type of an access token', { idTokenType: 'at+jwt' }],
    ['the type of a logout token', { idTokenType: 'logout+jwt' }],
    ['a foreign signature', { foreignSignature: true }],
    ['another issuer', { idTokenClaims: { iss: 'https://evil.example' } }],
    ['another audience', { idTokenClaims: { aud: 'another-client' } }],
    [
      'an audience besides us',
      { idTokenClaims: { aud: ['fake-client', 'another'], azp: 'fake-client' } },
    ],
    ['another nonce', { idTokenClaims: { nonce: 'another' } }],
    ['no nonce', { idTokenClaims: { nonce: undefined } }],
    ['no subject', { idTokenClaims: { sub: undefined } }],
    ['an end in the past', { idTokenClaims: { exp: 1 } }],
    ['a week of age', { idTokenClaims: { iat: Math.floor(Date.now() / 1000) - 604_800 } }],
  ])('ends the launch when it has %s', async (_case, misbehavior) => {
    const browser = plainBrowser()
    const back = await broker.toRedirect(browser)
    broker.ehr.misbehave(misbehavior as Parameters<typeof broker.ehr.misbehave>[0])
    const sent = broker.app.messages.length

    const page = await browser.visit(back)
    broker.ehr.misbehave({})

    expectRefusedLaunch(page, 403, /could not be verified/)
    expect(broker.app.messages).toHaveLength(sent)
  })

  it('is not enough without the patient that a patient scope implies (SM-66)', async () => {
    const browser = plainBrowser()
    const back = await broker.toRedirect(browser)
    broker.ehr.misbehave({ tokenMembers: { patient: undefined } })

    const page = await browser.visit(back)
    broker.ehr.misbehave({})

    expectRefusedLaunch(page, 403, /which patient is open/)
  })
})

describe('a grant that is not what was asked for', () => {
  async function launched(tokenMembers: Readonly<Record<string, unknown>>) {
    const browser = plainBrowser()
    const back = await broker.toRedirect(browser)
    broker.ehr.misbehave({ tokenMembers })
    const page = await browser.visit(back)
    broker.ehr.misbehave({})
    return { browser, page }
  }

  it('is refused with a page that names what the connection requires and lacks (SM-52)', async () => {
    const told = broker.app.messages.length

    const { page } = await launched({ scope: 'openid fhirUser patient/Observation.rs' })

    expectRefusedLaunch(page, 403, /did not grant all.+Not granted: patient\/\*\.rs\./s)
    expect(page.text).not.toContain('name="ticket"')
    expect(broker.app.messages).toHaveLength(told)
  })

  it('is told in the log where it is odd, with its connection and no token, and is used', async () => {
    const { browser, page } = await launched({ scope: 'patient/*.rs', token_type: undefined })
    await broker.handOver(browser, formOf(page))

    const told = broker.logLines().findLast((line) => line.includes('token_response_unusual'))
    expect(JSON.parse(told ?? '{}')).toMatchObject({
      connection: 'general-development',
      parameters: ['token_type_unstated', 'scope_reduced'],
    })
    expect(told).not.toMatch(/access|refresh|eyJ/)
  })
})
