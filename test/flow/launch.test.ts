import { decodeJwt, jwtVerify } from 'jose'
import { afterAll, describe, expect, it, onTestFinished } from 'vitest'
import { formOf, plainBrowser } from '../support/browser.ts'
import { startFakeEhr } from '../support/fake-ehr.ts'
import { fhirWithFullChart, LAUNCH_FROM_FULL_CHART } from '../support/full-chart.ts'
import { leaves, publishedSsoFields } from '../support/published-fields.ts'
import { givenBroker, SSO_SECRET } from './given-broker.ts'

const broker = await givenBroker({ ehr: { accessTokenSeconds: 600, fhir: fhirWithFullChart } })
afterAll(() => broker.close())

describe('a launch over HTTP', () => {
  it('goes from the EHR to the app, and to its first FHIR read (IN-03, IN-09)', async () => {
    const { message } = await broker.signOn(plainBrowser())

    const answer = await broker.fhir('/Observation/_search', {
      session: message.body.Meta.SessionID,
      method: 'POST',
      form: { patient: 'pat-1' },
    })

    expect(answer.status).toBe(200)
    expect(await answer.json()).toMatchObject({ resourceType: 'Bundle' })
    const seen = broker.ehr.fhirRequests.at(-1)
    expect(seen).toMatchObject({
      method: 'POST',
      url: '/fhir/Observation/_search',
      body: 'patient=pat-1',
    })
    expect(seen?.headers.authorization).toMatch(/^Bearer /)
  })

  it('begins at a hospital that was connected by one command, and applied', async () => {
    const ehr = await startFakeEhr()
    onTestFinished(() => ehr.close())
    const operated = async (args: readonly string[], input?: string) => {
      const { exitCode, errors, lines } = await broker.operate(args, input)
      expect({ exitCode, errors }).toEqual({ exitCode: 0, errors: [] })
      return lines.join('\n')
    }

    const told = await operated([
      'connect',
      ehr.fhirBaseUrl,
      '--app=heartline',
      '--organization=mercy',
      '--client-id=fake-client',
    ])
    expect(told).toContain(`Redirect URI  ${broker.base}/redirect`)
    expect(told).toContain('npx sallyport secret set client mercy/heartline')
    await operated(['secret', 'set', 'client', 'mercy/heartline'], 'a-secret-of-the-hospital')
    await operated(['registry', 'apply', 'registry.json'])

    const browser = plainBrowser()
    const launched = await browser.visit(
      broker.launchUrl({ key: 'mercy-production', iss: ehr.fhirBaseUrl }),
    )
    const answered = await browser.visit(launched.location ?? '')
    const form = formOf(await browser.visit(answered.location ?? ''))
    const { message } = await broker.handOver(browser, form)

    expect(message.body.Meta.SessionBaseURL).toBe(`${broker.base}/fhir/R4/mercy/Production`)
  })

  it('asks for authorization as SMART has it, keeping the endpoint’s own query', async () => {
    const { location, status, headers } = await plainBrowser().visit(broker.launchUrl())

    const url = new URL(location ?? '')
    expect(status).toBe(303)
    expect(headers.get('referrer-policy')).toBe('no-referrer')
    expect(headers.get('cache-control')).toBe('no-store')
    expect(`${url.origin}${url.pathname}`).toBe(`${broker.ehr.origin}/authorize`)
    expect(Object.fromEntries(url.searchParams)).toEqual({
      tenant: '7',
      response_type: 'code',
      client_id: 'fake-client',
      redirect_uri: `${broker.base}/redirect`,
      scope: 'launch openid fhirUser patient/*.rs offline_access',
      aud: broker.ehr.fhirBaseUrl,
      launch: 'launch-1',
      state: expect.stringMatching(/^[\w-]{43}$/),
      nonce: expect.stringMatching(/^[\w-]{43}$/),
      code_challenge: expect.stringMatching(/^[\w-]{43}$/),
      code_challenge_method: 'S256',
    })
  })

  it('sends aud byte for byte as the EHR sent iss (SM-21)', async () => {
    const iss = `${broker.ehr.fhirBaseUrl}/`

    const { location } = await plainBrowser().visit(broker.launchUrl({ iss }))

    expect(new URL(location ?? '').searchParams.get('aud')).toBe(iss)
  })

  it('passes any launch on unchanged (SM-03)', async () => {
    const launch = 'a+b %&=/ü\u{1F600}~'.repeat(40)

    const { location } = await plainBrowser().visit(broker.launchUrl({ launch }))

    expect(new URL(location ?? '').searchParams.get('launch')).toBe(launch)
  })

  it("takes an app's launch address as well as a connection's", async () => {
    const { message } = await broker.signOn(plainBrowser(), { key: 'heartline' })

    expect(message.body.Meta.SessionBaseURL).toBe(broker.fhirBase)
  })

  it('tells the app who signed on and about whom, in a message it can verify', async () => {
    const { message } = await broker.signOn(plainBrowser())

    const token = message.authorization.replace(/^Bearer /, '')
    const { payload } = await jwtVerify(token, new TextEncoder().encode(SSO_SECRET), {
      algorithms: ['HS256'],
      audience: broker.destinationId,
    })
    expect(payload).toMatchObject({
      iss: broker.sourceId,
      sub: 'user-1',
      npi: '1234567893',
      given_name: 'Maren',
      family_name: 'Lindqvist',
      patient_ids: [
        { id: 'pat-1', id_type: 'FHIR' },
        { id: 'MRN-0042', id_type: 'MR' },
      ],
    })
    expect(message.body).toMatchObject({
      Meta: { DataModel: 'SSO', EventType: 'Sign-on', SessionBaseURL: broker.fhirBase },
      Subject: 'user-1',
      Patient: { Demographics: { FirstName: 'Adaeze', LastName: 'Okonkwo', DOB: '1984-02-11' } },
    })
    expect(decodeJwt(token)).not.toHaveProperty('SessionID')
    expect(message.body.Meta.SessionID).toMatch(/^[\w-]{43}$/)
  })

  it('tells the app every field of the published table that anybody knows', async () => {
    const browser = plainBrowser()
    const back = await broker.toRedirect(browser)
    broker.ehr.misbehave(LAUNCH_FROM_FULL_CHART)
    const form = formOf(await browser.visit(back))
    broker.ehr.misbehave({})
    const { message } = await broker.handOver(browser, form)

    const told = new Map(leaves(message.body))
    for (const [path, types] of publishedSsoFields()) {
      expect([path, types]).toEqual([path, expect.arrayContaining([told.get(path)])])
    }
    expect(message.body).toMatchObject({
      ProviderSpecialty: 'Cardiology',
      TimeZone: 'America/Chicago',
      Locale: 'sv-SE',
      PhoneNumber: { Office: '+15550002' },
      Patient: {
        Demographics: {
          PhoneNumber: { Home: '+15550100', Office: '+15550101', Mobile: '+15550102' },
          Address: { StreetAddress: '12 Elm Street, Apt 3', ZIP: '53703', County: 'Dane' },
        },
      },
      Visit: {
        VisitNumber: 'V-77',
        Location: { Facility: 'General Hospital', Department: '3N', Room: '12' },
      },
      Order: { ID: 'order-7' },
    })
  })

  it('ends on the page that the app named', async () => {
    const { page } = await broker.signOn(plainBrowser())

    expect(page.status).toBe(200)
    expect(page.text).toContain(`href="${broker.app.origin}/welcome"`)
    expect(page.headers.get('content-security-policy')).toContain("default-src 'none'")
  })

  it('clears the launch’s cookie when the launch is over', async () => {
    const browser = plainBrowser()
    await browser.visit(broker.launchUrl())
    expect([...browser.cookies('localhost').keys()]).toHaveLength(1)

    await broker.signOn(browser)

    expect([...browser.cookies('localhost').keys()]).toHaveLength(1)
  })

  it('keeps two launches of one browser apart', async () => {
    const browser = plainBrowser()
    const first = await broker.toHandOver(browser)
    const second = await broker.toHandOver(browser)

    const b = await broker.handOver(browser, second)
    const a = await broker.handOver(browser, first)

    expect(a.message.body.Meta.SessionID).not.toBe(b.message.body.Meta.SessionID)
    expect(a.page.status).toBe(200)
  })

  it('renews a token that is over, once, and goes on', async () => {
    const { message } = await broker.signOn(plainBrowser())
    const session = message.body.Meta.SessionID
    const before = broker.ehr.tokenRequests.length

    broker.stack.time.advance(700)
    const answers = await Promise.all(
      Array.from({ length: 8 }, () => broker.fhir('/Patient/pat-1', { session })),
    )

    expect(answers.map(({ status }) => status)).toEqual(Array(8).fill(200))
    const renewals = broker.ehr.tokenRequests.slice(before)
    expect(renewals.map(({ body }) => body.get('grant_type'))).toEqual(['refresh_token'])
  })
})
