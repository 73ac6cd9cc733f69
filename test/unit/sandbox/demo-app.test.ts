import { describe, expect, it, onTestFinished } from 'vitest'
import { json } from '#sandbox/web/respond.ts'
import { openBrowser } from './browser.ts'
import { type FhirAnswer, PICKER_URL, ssoToken, startFakeBroker } from './fake-broker.ts'

async function setup(answer?: FhirAnswer, refuseToken?: () => Response) {
  const broker = await startFakeBroker(answer, refuseToken)
  onTestFinished(() => broker.close())
  return broker
}

/** An error of the broker's own. */
const brokerOutcome = (status: number, code: string, brokerCode: string) =>
  json(
    {
      resourceType: 'OperationOutcome',
      issue: [{ code, details: { coding: [{ system: 'urn:sallyport:error', code: brokerCode }] } }],
    },
    status,
  )

/** Where an accepted SSO message sends the browser. */
const startOf = (response: Response) => response.headers.get('location') ?? ''

describe('the SSO endpoint', () => {
  it('answers 302 to an absolute address of its own, with a one-time token', async () => {
    const { app, message, signOn } = await setup()
    const response = await signOn(message())

    expect(response.status).toBe(302)
    expect(startOf(response)).toMatch(new RegExp(`^${app.origin}/start\\?token=[\\w-]{43}$`))
    expect(startOf(response)).not.toContain(message().Meta.SessionID)
  })

  it.each([
    ['another secret', ssoToken({ secret: 'another secret of at least thirty-two characters' })],
    ['another destination', ssoToken({ audience: 'another' })],
    ['a past end', ssoToken({ expiresIn: -60 })],
    ['another algorithm', ssoToken({ algorithm: 'HS384' })],
    ['no JWT at all', Promise.resolve('nonsense')],
  ])('refuses a token with %s', async (_what, token) => {
    const { message, signOn } = await setup()

    expect((await signOn(message(), await token)).status).toBe(401)
  })

  it('refuses a body about somebody else than the token', async () => {
    const { message, signOn } = await setup()

    expect((await signOn({ ...message(), Subject: 'nora-kim' })).status).toBe(401)
  })

  it('refuses a session at another place than the broker', async () => {
    const { message, signOn } = await setup()
    const { Meta, ...rest } = message()
    const elsewhere = { ...rest, Meta: { ...Meta, SessionBaseURL: 'https://evil.example/fhir/R4' } }

    expect((await signOn(elsewhere)).status).toBe(400)
  })

  it.each([
    ['not an object', null],
    ['another data model', { Meta: { DataModel: 'Results' } }],
  ])('refuses a body that is %s', async (_what, body) => {
    const { signOn } = await setup()

    expect((await signOn(body)).status).toBe(400)
  })
})

describe('the page of a visit', () => {
  it('shows who, the patient, the session and all pages of observations', async () => {
    const { fhirRequests, message, signOn } = await setup()
    const { text } = await openBrowser('nowhere').open(startOf(await signOn(message())))

    expect(text).toContain('Helen Brandt, MD')
    expect(text).toContain('Chart of rosa-delgado')
    expect(text).toContain('4821907')
    expect(text).toContain('…gado')
    expect(text).not.toContain(message().Meta.SessionID)
    expect(text).toContain('Jan 1, 2026')
    expect(text).toContain('First of rosa-delgado')
    expect(text).toContain('Second page')
    expect(fhirRequests.map(({ method }) => method)).toEqual(['POST', 'GET'])
    expect(fhirRequests[0]?.url).toMatch(/\/Observation\/_search$/)
    expect(fhirRequests[1]?.url).toContain('page=2')
    expect(fhirRequests.map(({ url }) => url).join(' ')).not.toContain('session-of-rosa')
    expect(fhirRequests.map(({ expectPatient }) => expectPatient)).toEqual([
      'rosa-delgado',
      'rosa-delgado',
    ])
  })

  it('keeps two launches in one browser apart', async () => {
    const { message, signOn } = await setup()
    const browser = openBrowser('nowhere')
    const first = await browser.open(startOf(await signOn(message('rosa-delgado'))))
    const second = await browser.open(startOf(await signOn(message('amara-osei'))))
    const reloaded = [await browser.open(first.url), await browser.open(second.url)]

    expect(first.url).not.toBe(second.url)
    expect(reloaded[0]?.text).toContain('First of rosa-delgado')
    expect(reloaded[0]?.text).not.toContain('amara-osei')
    expect(reloaded[1]?.text).toContain('First of amara-osei')
    expect(reloaded[1]?.text).not.toContain('rosa-delgado')
  })

  it('does not open in another browser', async () => {
    const { message, signOn } = await setup()
    const { url } = await openBrowser('nowhere').open(startOf(await signOn(message())))
    const other = await openBrowser('nowhere').open(url)

    expect(other.status).toBe(403)
    expect(other.text).not.toContain('rosa-delgado')
  })

  it('opens once by its link', async () => {
    const { message, signOn } = await setup()
    const start = startOf(await signOn(message()))
    await openBrowser('nowhere').open(start)
    const again = await openBrowser('nowhere').open(start)

    expect(again.status).toBe(403)
    expect(again.text).toContain('already used')
  })

  it('puts no markup of a message on the page', async () => {
    const { message, signOn } = await setup()
    const body = { ...message(), Name: '<img src=x onerror=alert(1)>' }
    const { text } = await openBrowser('nowhere').open(startOf(await signOn(body)))

    expect(text).not.toContain('<img')
  })

  it('uses one app token for many requests, and a new one when that is not taken', async () => {
    const { issued, message, signOn } = await setup(({ authorization }) =>
      authorization === 'Bearer app-token-1'
        ? json({}, 401)
        : json({ resourceType: 'Bundle', type: 'searchset' }),
    )
    const browser = openBrowser('nowhere')
    const { url, text } = await browser.open(startOf(await signOn(message())))
    await browser.open(url)

    expect(text).toContain('0, newest first')
    expect(issued).toEqual(['app-token-1', 'app-token-2'])
  })

  it.each<[string, FhirAnswer, string]>([
    [
      'a session of another patient',
      () => brokerOutcome(412, 'conflict', 'patient_unexpected'),
      'of another patient. Launch the app again from the chart.',
    ],
    [
      'a token that is never taken',
      () => json({}, 401),
      'credential was not accepted. Contact its support.',
    ],
    [
      'too many requests',
      () => json({}, 429, { 'retry-after': '7' }),
      'too many requests. Wait 7 s, then reload.',
    ],
    [
      'too many requests until a date',
      () => json({}, 429, { 'retry-after': 'Thu, 01 Jan 2026 00:00:00 GMT' }),
      'too many requests. Wait a minute, then reload.',
    ],
    ['an EHR that is down', () => json({}, 502), 'The EHR does not answer. Try again in a moment.'],
    ['a failing EHR', () => json({}, 500), 'status 500'],
    ['an answer that is no JSON', () => new Response('<html>'), 'could not be read'],
    [
      'a next page elsewhere',
      () => json({ link: [{ relation: 'next', url: 'https://evil.example/Observation' }] }),
      'does not trust',
    ],
  ])('says in a sentence what became of %s', async (_what, answer, sentence) => {
    const { message, signOn } = await setup(answer)
    const { status, text } = await openBrowser('nowhere').open(startOf(await signOn(message())))

    expect(status).toBe(200)
    expect(text).toContain(sentence)
  })

  it('says when the session is over, offers a new launch, and is forgotten', async () => {
    const { fhirRequests, message, signOn } = await setup(() =>
      brokerOutcome(403, 'expired', 'session_over'),
    )
    const browser = openBrowser('nowhere')
    const { status, text, url } = await browser.open(startOf(await signOn(message())))

    expect(status).toBe(403)
    expect(text).toContain('<h1>Your session is over</h1>')
    expect(text).toContain('The session is over. Launch the app again from the EHR.')
    expect(text).toContain(`<a href="${PICKER_URL}">choose your hospital or clinic</a>`)
    expect(text).not.toContain('rosa-delgado')
    const asked = fhirRequests.length
    expect((await browser.open(url)).text).toContain('You are not signed on here.')
    expect(fhirRequests).toHaveLength(asked)
  })

  it('offers a new launch where nothing else helps, and a reload where that may', async () => {
    const seen = async (answer: FhirAnswer) => {
      const { message, signOn } = await setup(answer)
      return (await openBrowser('nowhere').open(startOf(await signOn(message())))).text
    }
    const vain = await seen(() => brokerOutcome(403, 'forbidden', 'grant_insufficient'))
    const down = await seen(() => json({}, 502))

    expect([vain.includes(PICKER_URL), vain.includes('>Reload<')]).toEqual([true, false])
    expect([down.includes(PICKER_URL), down.includes('>Reload<')]).toEqual([false, true])
  })

  it.each([
    [401, 'credential was not accepted'],
    [429, 'too many requests'],
    [503, 'status 503'],
  ])('says in a sentence that it was given no token, by a %i', async (status, sentence) => {
    const { fhirRequests, message, signOn } = await setup(undefined, () => json({}, status))
    const { text } = await openBrowser('nowhere').open(startOf(await signOn(message())))

    expect(text).toContain(sentence)
    expect(fhirRequests).toEqual([])
  })

  it('says so when no patient was open, and asks for nothing', async () => {
    const { fhirRequests, message, signOn } = await setup()
    const { Patient: _left, ...body } = message()
    const { text } = await openBrowser('nowhere').open(startOf(await signOn(body)))

    expect(text).toContain('No patient was open')
    expect(fhirRequests).toEqual([])
  })
})

describe('the patient banner', () => {
  it.each([
    [undefined, true],
    [true, true],
    [false, false],
  ])('for need_patient_banner %s is shown: %s; the name always', async (said, isShown) => {
    const { message, signOn } = await setup()
    const { Extensions, ...body } = message()
    const extensions = { ...Extensions, ...(said !== undefined && { need_patient_banner: said }) }
    const start = startOf(await signOn({ ...body, Extensions: extensions }))
    const { text } = await openBrowser('nowhere').open(start)

    expect(text).toMatch(/<h1>Chart of rosa-delgado<\/h1>/)
    expect(text.includes('<dt>MRN</dt>')).toBe(isShown)
  })
})

describe('signing off', () => {
  it('ends the session at the broker, forgets this visit, and no other', async () => {
    const { fhirRequests, message, signOn } = await setup()
    const browser = openBrowser('nowhere')
    const one = await browser.open(startOf(await signOn(message('rosa-delgado'))))
    const other = await browser.open(startOf(await signOn(message('amara-osei'))))
    const off = await browser.submit(one, {})

    expect(off.text).toMatch(/Helen Brandt, MD is signed off.*launch Heartline again/)
    expect(off.text).toContain(PICKER_URL)
    expect(fhirRequests.at(-1)).toMatchObject({
      method: 'DELETE',
      url: expect.stringMatching(/\/live\/session$/),
    })
    expect((await browser.open(one.url)).status).toBe(403)
    expect((await browser.open(other.url)).text).toContain('First of amara-osei')
  })

  it('is for the browser that is signed on', async () => {
    const { fhirRequests, message, signOn } = await setup()
    const page = await openBrowser('nowhere').open(startOf(await signOn(message())))
    const asked = fhirRequests.length

    expect((await openBrowser('nowhere').submit(page, {})).status).toBe(403)
    expect(fhirRequests).toHaveLength(asked)
  })

  it('is not for a form of another site, cookie or no cookie', async () => {
    const { app, fhirRequests, message, signOn } = await setup()
    const start = await fetch(startOf(await signOn(message())), { redirect: 'manual' })
    const cookie = start.headers.get('set-cookie') ?? ''
    expect(cookie).toMatch(/; HttpOnly; Secure; SameSite=None; Partitioned$/)
    const post = (site: string) =>
      fetch(`${app.origin}${start.headers.get('location')}/sign-off`, {
        method: 'POST',
        headers: { cookie: cookie.split(';', 1)[0] ?? '', 'sec-fetch-site': site },
      })

    expect((await post('cross-site')).status).toBe(403)
    expect(fhirRequests).toEqual([])
    expect((await post('same-origin')).status).toBe(200)
  })

  it('says so when the session could not be ended, and keeps the visit', async () => {
    const { message, signOn } = await setup(({ method }) =>
      method === 'DELETE' ? json({}, 500) : json({ resourceType: 'Bundle' }),
    )
    const browser = openBrowser('nowhere')
    const page = await browser.open(startOf(await signOn(message())))
    const off = await browser.submit(page, {})

    expect(off).toMatchObject({ status: 502, text: expect.stringContaining('still signed on') })
    expect((await browser.open(page.url)).status).toBe(200)
  })
})

describe('the other pages', () => {
  it.each([
    ['/', 200, 'Start from your EHR'],
    ['/sso-error', 200, 'could not be signed on'],
    ['/elsewhere', 404, 'no page'],
    ['/s/unknown', 403, 'not signed on'],
  ])('at %s answer %i', async (path, status, sentence) => {
    const { app } = await setup()
    const page = await openBrowser('nowhere').open(app.origin + path)

    expect(page.status).toBe(status)
    expect(page.text).toContain(sentence)
    expect(page.text).toContain(`<a href="${PICKER_URL}">`)
  })

  it('say of a frame that the browser may keep no cookies there', async () => {
    const { app } = await setup()
    const seen = async (headers: Record<string, string>) =>
      (await fetch(`${app.origin}/s/unknown`, { headers })).text()

    expect(await seen({ 'sec-fetch-dest': 'iframe' })).toContain('keeps no cookies inside')
    expect(await seen({ 'sec-fetch-dest': 'iframe', cookie: 'a=1' })).not.toContain('keeps no')
    expect(await seen({ 'sec-fetch-dest': 'document' })).not.toContain('keeps no')
  })

  it('publish the keys that assertions are signed with, and nothing private', async () => {
    const { app } = await setup()
    const published = await (await fetch(`${app.origin}/.well-known/jwks.json`)).json()

    expect(published).toEqual(app.jwks)
    expect(JSON.stringify(published)).not.toContain('"d"')
  })
})
