import { createRemoteJWKSet, exportJWK, generateKeyPair, jwtVerify } from 'jose'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { hasSession, verifySsoMessage } from '#client/index.ts'
import { atProviderPages } from '../support/at-provider-pages.ts'
import { plainBrowser } from '../support/browser.ts'
import { ANSWERED, BEGUN, twoBrowsers } from './begun-sign-ons.ts'
import { expectNoAccess } from './given-connections.ts'
import { givenSignOns } from './given-sign-ons.ts'
import { type Message, signOnSteps } from './sign-on-steps.ts'

/** The names of these tests make the table of `docs/sign-on.md`: `<scheme> × <authority>: …`. */
let given: Awaited<ReturnType<typeof givenSignOns>>
let steps: ReturnType<typeof signOnSteps>
beforeAll(async () => {
  given = await givenSignOns()
  steps = signOnSteps(given)
})
afterAll(() => given.close())

/** Signs on at the provider's own pages, and goes on to what the app is told. */
async function signedOnAt(name: string, browser = plainBrowser()): Promise<Message> {
  const first = await browser.follow(given.standaloneLaunch(name))
  return given.finish(browser, await atProviderPages(browser, first))
}

describe('SMART', () => {
  it('smart-ehr × user: the EHR launches, and FHIR uses what the person granted', async () => {
    const message = await steps.openedAt(given.ehrLaunch('ehr-user'))

    expect(message['Subject']).toBe('user-1')
    expect((await steps.readPatient('ehr-user', message)).status).toBe(200)
    expect(await given.keptRows('ehr-user')).toHaveLength(1)
  })

  it('smart-ehr × none: the EHR launches, and no token is kept', async () => {
    const message = await steps.openedAt(given.ehrLaunch('ehr-none'))

    expect(message['Subject']).toBe('user-1')
    await expectNoAccess(given, 'ehr-none', message)
  })

  it('smart-ehr × system: the EHR launches, and FHIR uses the connection’s own access', async () => {
    const messages = [
      await steps.openedAt(given.ehrLaunch('ehr-system')),
      await steps.openedAt(given.ehrLaunch('ehr-system')),
    ]

    expect(await steps.statuses('ehr-system', messages)).toEqual([200, 200])
    expect(steps.grantsAt('ehr-system')).toEqual({
      authorization_code: 2,
      client_credentials: 1,
    })
    expect(messages[0]).toMatchObject({
      Subject: 'user-1',
      Patient: { Demographics: { LastName: 'Okonkwo' } },
    })
  })

  it('smart-standalone × system: outside the EHR, and FHIR uses the connection’s own access', async () => {
    const message = await steps.openedAt(given.standaloneLaunch('standalone-system'))

    // Whichever function is asked first gets the access that the other then uses too.
    expect(await steps.summaryStatus(message)).toBe(200)
    expect(await steps.statuses('standalone-system', [message])).toEqual([200])
    expect(new Set(steps.tokensOfFhir('standalone-system'))).toEqual(new Set(['system']))
    expect(steps.grantsAt('standalone-system')).toMatchObject({ client_credentials: 1 })
  })

  it('smart-standalone × none: outside the EHR, and no token is kept', async () => {
    const message = await steps.openedAt(given.standaloneLaunch('standalone-none'))

    expect(message['Subject']).toBe('user-1')
    await expectNoAccess(given, 'standalone-none', message)
  })

  it('smart-standalone × user: the launch begins outside the EHR, and FHIR uses the grant', async () => {
    const message = await steps.openedAt(given.standaloneLaunch('standalone-user'))

    expect((await steps.readPatient('standalone-user', message)).status).toBe(200)
  })
})

describe('a portal', () => {
  it('smart-patient × user: the patient launches for themselves, and FHIR uses their grant', async () => {
    const message = await steps.openedAt(given.standaloneLaunch('patient-user'))

    expect(message).toMatchObject({
      Subject: 'user-1',
      LastName: 'Okonkwo',
      Patient: { Demographics: { LastName: 'Okonkwo' } },
      Extensions: { FhirUser: `${given.ehrOf('patient-user').fhirBaseUrl}/Patient/pat-1` },
    })
    expect((await steps.readPatient('patient-user', message)).status).toBe(200)
  })

  it('smart-patient × system: a patient signs on, and FHIR uses the connection’s own access', async () => {
    const message = await steps.openedAt(given.standaloneLaunch('patient-system'))

    expect(await steps.statuses('patient-system', [message])).toEqual([200])
    expect(steps.tokensOfFhir('patient-system')).toEqual(['system'])
  })

  it('smart-patient × none: a patient signs on, and no token is kept', async () => {
    const message = await steps.openedAt(given.standaloneLaunch('patient-none'))

    expect(message['Subject']).toBe('user-1')
    await expectNoAccess(given, 'patient-none', message)
  })

  it('signs on nobody who works there', async () => {
    const ehr = given.ehrOf('patient-none')
    ehr.misbehave({ idTokenClaims: { fhirUser: 'Practitioner/prac-1' } })
    const page = await plainBrowser().follow(given.standaloneLaunch('patient-none'))
    ehr.misbehave({ idTokenClaims: { fhirUser: 'Patient/pat-1' } })

    expect(page.status).toBe(403)
    expect(page.text).toMatch(/for patients and those who care for them/)
  })
})

describe('an OpenID provider that is not the EHR’s', () => {
  it('oidc × none: who the provider’s ID token says, with what userinfo adds', async () => {
    const message = await signedOnAt('oidc-none')

    expect(message).toMatchObject({ Subject: 'jane', Name: 'Jane of the provider' })
    await expectNoAccess(given, 'oidc-none', message)
  })

  it('oidc × user: a launch at the EHR follows, and FHIR uses what the person granted, until the provider signs the person off', async () => {
    const browser = plainBrowser()
    const message = await signedOnAt('oidc-user', browser)

    // The provider says who it is, and the EHR which patient is open.
    expect(message).toMatchObject({
      Subject: 'jane',
      Patient: { Demographics: { LastName: 'Okonkwo' } },
    })
    expect(await steps.statuses('oidc-user', [message])).toEqual([200])
    expect(steps.grantsAt('oidc-user')).toEqual({ authorization_code: 1 })

    await steps.signsOff(browser)
    expect(await steps.statuses('oidc-user', [message])).toEqual([403])
    expect(steps.endsOf(message)).toEqual(['logout'])
  })

  it('oidc × system: FHIR uses the connection’s own access, until the provider signs the person off', async () => {
    const browser = plainBrowser()
    const message = await signedOnAt('oidc-system', browser)
    expect(await steps.statuses('oidc-system', [message])).toEqual([200])

    await steps.signsOff(browser)
    expect(await steps.statuses('oidc-system', [message])).toEqual([403])
    expect(steps.endsOf(message)).toEqual(['logout'])
  })

  it('signs on when the provider has changed its key since the last sign-on, and within this one (RP-21)', async () => {
    const { privateKey } = await generateKeyPair('RS256', { extractable: true })
    const key = { ...(await exportJWK(privateKey)), kid: 'new', alg: 'RS256', use: 'sig' }
    await signedOnAt('oidc-none')
    const browser = plainBrowser()
    const answer = await ANSWERED['oidc']?.toAnswer(given, browser)
    given.provider.signBy?.(key)

    const message = await given.finish(browser, await browser.visit(answer?.location ?? ''))
    expect(message).toMatchObject({ Subject: 'jane' })
  })

  it('signs nobody on when the EHR then grants access to another person', async () => {
    const sent = given.app.messages.length
    const ehr = given.ehrOf('oidc-other')
    ehr.misbehave({ idTokenClaims: { fhirUser: 'Practitioner/prac-2' } })
    const browser = plainBrowser()
    const page = await atProviderPages(
      browser,
      await browser.follow(given.standaloneLaunch('oidc-other')),
    )

    expect([page.status, given.app.messages.length]).toEqual([403, sent])
    expect(page.text).toMatch(/another person or patient/)
  })

  it('is not gone past by a launch of the EHR, at the key of the connection or of the app', async () => {
    const iss = given.ehrOf('oidc-user').fhirBaseUrl
    const launch = new URLSearchParams({ iss, launch: 'launch-1' })
    const pages = await Promise.all(
      ['at-oidc-user', 'heartline'].map((key) =>
        plainBrowser().visit(`${given.base}/launch/${key}?${launch}`),
      ),
    )

    expect(pages.map(({ status, location }) => [status, location])).toEqual([
      [400, undefined],
      [403, undefined],
    ])
  })
})

describe('signed links', () => {
  it('signed-link × none: who the link says signs on, with the context that it says', async () => {
    const query = given.hmacLink('hmac-none', {
      name: 'Ada Example',
      mrn: '000123',
      enc: 'enc-1',
      order: 'order-7',
    })
    const message = await steps.openedLink('hmac-none', query)

    expect(message).toMatchObject({
      Subject: 'ada',
      Name: 'Ada Example',
      Patient: { Identifiers: [{ ID: '000123', IDType: 'MR' }] },
      Visit: { VisitNumber: 'enc-1' },
      Order: { ID: 'order-7' },
    })
    await expectNoAccess(given, 'hmac-none', message)
  })

  it('signed-link × none: a JWT in the address does the same', async () => {
    const message = await steps.openedAt(await given.jwtLink('jwt-none', { patient: 'pat-1' }))

    expect(message).toMatchObject({
      Subject: 'user-8841',
      Patient: { Identifiers: [{ ID: 'pat-1', IDType: 'FHIR' }] },
    })
    await expectNoAccess(given, 'jwt-none', message)
  })

  it('signed-link × system: FHIR uses the connection’s own access, one token for all sessions', async () => {
    const messages: Message[] = []
    for (const user of ['ada', 'eve', 'max']) {
      const query = given.hmacLink('link-system', { user, patient: 'pat-1' })
      messages.push(await steps.openedLink('link-system', query))
    }

    expect(messages.map((message) => message['Subject'])).toEqual(['ada', 'eve', 'max'])
    expect(new Set(messages.map(({ Meta }) => Meta.SessionID)).size).toBe(3)
    expect(await steps.statuses('link-system', messages)).toEqual([200, 200, 200])
    expect(steps.grantsAt('link-system')).toEqual({ client_credentials: 1 })
    expect(steps.tokensOfFhir('link-system')).toEqual(['system', 'system', 'system'])
    const created = given.stack.events
      .filter((event) => event['detail-type'] === 'session.created')
      .filter(({ detail }) => detail['connection'] === 'at-link-system')
    expect(created).toHaveLength(3)
  })

  it('signed-link × user: a launch at the EHR follows, and FHIR uses what the person granted', async () => {
    const query = given.hmacLink('link-user', { patient: 'pat-1', mrn: '000777', order: 'o-9' })
    const message = await steps.openedLink('link-user', query)

    expect(message).toMatchObject({ Subject: 'ada', FirstName: 'Maren', Order: { ID: 'o-9' } })
    expect(message['Patient']).toMatchObject({
      Identifiers: [
        { ID: 'pat-1', IDType: 'FHIR' },
        { ID: 'MRN-0042', IDType: 'MR' },
        { ID: '000777', IDType: 'MR' },
      ],
    })
    expect(await steps.statuses('link-user', [message])).toEqual([200])
    expect(steps.grantsAt('link-user')).toEqual({ authorization_code: 1 })
  })

  it.each([
    ['patient', { patient: 'pat-2' }],
    ['person', { fhirUser: 'Practitioner/prac-2' }],
  ])('sign nobody on when the EHR then grants access to another %s', async (_, said) => {
    const browser = plainBrowser()
    const query = given.hmacLink('link-user', said)
    const sent = given.app.messages.length

    let page = await browser.submit(given.postLink('link-user', query))
    while (page.location) page = await browser.visit(page.location)

    expect([page.status, given.app.messages.length]).toEqual([403, sent])
    expect(page.text).toMatch(/another person or patient/)
  })

  it('are opened by a page that has the query posted, and uses nothing up', async () => {
    const query = given.hmacLink('hmac-none')
    const browser = plainBrowser()

    const pages = [1, 2].map(() => browser.visit(given.hmacLaunch('hmac-none', query)))

    for (const page of await Promise.all(pages)) {
      expect(page.status).toBe(200)
      expect(page.text).toContain('name="signed_query"')
    }
    expect((await steps.openedLink('hmac-none', query))['Subject']).toBe('ada')
  })

  it('are refused when they come again, too late, or for another connection', async () => {
    const browser = plainBrowser()
    const post = async (query: string, name = 'hmac-none') => {
      const { status, text } = await browser.submit(given.postLink(name, query))
      return [status, /role="alert">([^<]*)/.exec(text)?.[1]?.slice(0, 26)]
    }
    const query = given.hmacLink('hmac-none')

    expect((await post(query))[0]).toBe(200)
    expect(await post(query)).toEqual([400, 'This link was already used'])
    const late = given.hmacLink('hmac-none', { ts: `${Math.floor(Date.now() / 1000) - 301}` })
    expect(await post(late)).toEqual([400, 'This link has expired. Sta'])
    const others = given.hmacLink('jwt-none')
    expect(await post(others)).toEqual([403, 'The EHR’s link could not b'])
  })
})

describe('what proves the SSO message', () => {
  it.each(['RS384', 'ES384'])('is a key of ours, found in our key set: %s', async (alg) => {
    const name = alg.toLowerCase()
    await steps.openedLink(name, given.hmacLink(name))

    const { authorization = '', body } = given.app.messages.at(-1) ?? {}
    const keys = createRemoteJWKSet(new URL(`${given.base}/.well-known/messages-jwks.json`))
    const token = authorization.replace(/^Bearer /, '')
    const { payload } = await jwtVerify(token, keys, { algorithms: [alg] })
    expect(payload).toMatchObject({ sub: 'ada' })

    // The connection is for signing on only: the client takes its message where the app says so.
    const trust = { jwks: keys, audience: `${payload.aud}` }
    await expect(verifySsoMessage({ authorization, body }, trust)).rejects.toMatchObject({
      code: 'message_invalid',
    })
    const optional = { ...trust, session: 'optional' } as const
    const { message } = await verifySsoMessage({ authorization, body }, optional)
    expect([message.Subject, hasSession(message)]).toEqual(['ada', false])
  })

  it('is the secret itself, where the app takes a verification token', async () => {
    await steps.openedLink('verification-token', given.hmacLink('verification-token'))

    const { headers, authorization } = given.app.messages.at(-1) ?? {}
    expect(headers?.['verification-token']).toMatch(/-verification-token$/)
    expect(authorization).toBe('')
  })
})

describe('cross-user session fixation', () => {
  it.each(Object.entries(ANSWERED))(
    'by %s: the answer to one browser is taken from no other',
    async (_, begun) => {
      const { stranger, victim, answer, tokenRequests } = await twoBrowsers(given, begun)
      const { location = '' } = answer
      const before = [tokenRequests(), given.app.messages.length]

      const page = await victim.visit(location)

      expect([page.status, tokenRequests(), given.app.messages.length]).toEqual([403, ...before])
      expect(page.text).toMatch(/began in another browser/)
      await given.finish(stranger, await stranger.visit(location))
    },
  )

  it.each(Object.entries(BEGUN))(
    'by %s: what one browser began, no other ends',
    async (_, begun) => {
      const { stranger, victim, answer } = await twoBrowsers(given, begun)
      const form = await steps.toTicket(stranger, answer)
      const sent = given.app.messages.length

      const page = await victim.submit(form, { 'sec-fetch-site': 'same-origin' })

      expect([page.status, given.app.messages.length]).toEqual([403, sent])
      expect(page.text).toMatch(/began in another browser/)
      await stranger.submit(form, { 'sec-fetch-site': 'same-origin' })
      expect(given.app.messages).toHaveLength(sent + 1)
    },
  )
})
