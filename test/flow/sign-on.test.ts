import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import {
  formOf,
  type PageForm,
  type PlainBrowser,
  plainBrowser,
  type Visit,
} from '../support/browser.ts'
import { givenSignOns } from './given-sign-ons.ts'

/** The names of these tests make the table of `docs/sign-on.md`: `<scheme> × <authority>: …`. */
let given: Awaited<ReturnType<typeof givenSignOns>>
beforeAll(async () => {
  given = await givenSignOns()
})
afterAll(() => given.close())

/** Everything up to the page that has the ticket, in one browser. */
async function toTicket(browser: PlainBrowser, begin: Visit): Promise<PageForm> {
  let page = begin
  while (page.location) page = await browser.visit(page.location)
  return formOf(page)
}

type Message = Awaited<ReturnType<typeof given.finish>>

/** Opens an address and goes on to what the app is told. */
async function openedAt(url: string): Promise<Message> {
  const browser = plainBrowser()
  return given.finish(browser, await browser.visit(url))
}

/** Opens a link whose query our own page posts. */
async function openedLink(name: string, query: string): Promise<Message> {
  const browser = plainBrowser()
  return given.finish(browser, await browser.submit(given.postLink(name, query)))
}

const readPatient = (name: string, { Meta }: Message) =>
  given.read(name, 'Patient/pat-1', Meta.SessionID)

const statuses = async (name: string, messages: readonly Message[]) =>
  Promise.all(messages.map(async (message) => (await readPatient(name, message)).status))

/** Asks the Data Model API about the session's patient. */
async function summaryStatus({ Meta }: Message): Promise<number> {
  const answer = await fetch(`${given.base}/endpoint?_redox_session=${Meta.SessionID}`, {
    method: 'POST',
    headers: { authorization: await given.appToken(), 'content-type': 'application/json' },
    body: JSON.stringify({
      Meta: { DataModel: 'Clinical Summary', EventType: 'PatientQuery' },
      Patient: { Identifiers: [{ ID: 'pat-1', IDType: 'FHIR' }] },
    }),
  })
  return answer.status
}

/** How often an EHR was asked for tokens, by the grant. */
function grantsAt(name: string): Readonly<Record<string, number>> {
  const counts: Record<string, number> = {}
  for (const { body } of given.ehrOf(name).tokenRequests) {
    const grant = body.get('grant_type') ?? ''
    counts[grant] = (counts[grant] ?? 0) + 1
  }
  return counts
}

/** Whose tokens an EHR's FHIR server got from the app's own requests. */
const tokensOfFhir = (name: string) =>
  given
    .ehrOf(name)
    .fhirRequests.map(({ headers }) => /^Bearer (system)\./.exec(headers.authorization ?? '')?.[1])
    .filter((whose) => whose !== undefined)

/** An app without a SessionID asks the FHIR door all the same. */
async function readWithoutSession(name: string) {
  const url = `${given.base}/fhir/R4/${name}/Development/Patient/pat-1`
  const answer = await fetch(url, { headers: { authorization: await given.appToken() } })
  return { status: answer.status, body: await answer.json() }
}

const needsSession = {
  status: 400,
  body: {
    resourceType: 'OperationOutcome',
    issue: [expect.objectContaining({ code: 'required' })],
  },
}

describe('SMART', () => {
  it('smart-ehr × user: the EHR launches, and FHIR uses what the person granted', async () => {
    const message = await openedAt(given.ehrLaunch('ehr-user'))

    expect(message['Subject']).toBe('user-1')
    expect((await readPatient('ehr-user', message)).status).toBe(200)
  })

  it('smart-ehr × none: the EHR launches, and no token is kept', async () => {
    const message = await openedAt(given.ehrLaunch('ehr-none'))

    expect(message['Subject']).toBe('user-1')
    expect(Object.keys(message.Meta).filter((name) => name.startsWith('Session'))).toEqual([])
    expect(await readWithoutSession('ehr-none')).toMatchObject(needsSession)
  })

  it('smart-ehr × system: the EHR launches, and FHIR uses the connection’s own access', async () => {
    const messages = [
      await openedAt(given.ehrLaunch('ehr-system')),
      await openedAt(given.ehrLaunch('ehr-system')),
    ]

    expect(await statuses('ehr-system', messages)).toEqual([200, 200])
    expect(grantsAt('ehr-system')).toEqual({
      authorization_code: 2,
      client_credentials: 1,
    })
    expect(messages[0]).toMatchObject({
      Subject: 'user-1',
      Patient: { Demographics: { LastName: 'Okonkwo' } },
    })
  })

  it('smart-standalone × system: outside the EHR, and FHIR uses the connection’s own access', async () => {
    const message = await openedAt(given.standaloneLaunch('standalone-system'))

    // Whichever function is asked first gets the access that the other then uses too.
    expect(await summaryStatus(message)).toBe(200)
    expect(await statuses('standalone-system', [message])).toEqual([200])
    expect(new Set(tokensOfFhir('standalone-system'))).toEqual(new Set(['system']))
    expect(grantsAt('standalone-system')).toMatchObject({ client_credentials: 1 })
  })

  it('smart-standalone × none: outside the EHR, and no token is kept', async () => {
    const message = await openedAt(given.standaloneLaunch('standalone-none'))

    expect(message['Subject']).toBe('user-1')
    expect(message.Meta).not.toHaveProperty('SessionID')
  })

  it('smart-standalone × user: the launch begins outside the EHR, and FHIR uses the grant', async () => {
    const message = await openedAt(given.standaloneLaunch('standalone-user'))

    expect((await readPatient('standalone-user', message)).status).toBe(200)
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
    const message = await openedLink('hmac-none', query)

    expect(message).toMatchObject({
      Subject: 'ada',
      Name: 'Ada Example',
      Patient: { Identifiers: [{ ID: '000123', IDType: 'MR' }] },
      Visit: { VisitNumber: 'enc-1' },
      Order: { ID: 'order-7' },
    })
    expect(message.Meta).not.toHaveProperty('SessionID')
    expect((await readWithoutSession('hmac-none')).status).toBe(400)
  })

  it('signed-link × none: a JWT in the address does the same', async () => {
    const message = await openedAt(await given.jwtLink('jwt-none', { patient: 'pat-1' }))

    expect(message).toMatchObject({
      Subject: 'user-8841',
      Patient: { Identifiers: [{ ID: 'pat-1', IDType: 'FHIR' }] },
    })
  })

  it('signed-link × system: FHIR uses the connection’s own access, one token for all sessions', async () => {
    const messages: Message[] = []
    for (const user of ['ada', 'eve', 'max']) {
      const query = given.hmacLink('link-system', { user, patient: 'pat-1' })
      messages.push(await openedLink('link-system', query))
    }

    expect(messages.map((message) => message['Subject'])).toEqual(['ada', 'eve', 'max'])
    expect(new Set(messages.map(({ Meta }) => Meta.SessionID)).size).toBe(3)
    expect(await statuses('link-system', messages)).toEqual([200, 200, 200])
    expect(grantsAt('link-system')).toEqual({ client_credentials: 1 })
    expect(tokensOfFhir('link-system')).toEqual(['system', 'system', 'system'])
  })

  it('signed-link × user: a launch at the EHR follows, and FHIR uses what the person granted', async () => {
    const query = given.hmacLink('link-user', { patient: 'pat-1', mrn: '000777', order: 'o-9' })
    const message = await openedLink('link-user', query)

    expect(message).toMatchObject({ Subject: 'ada', FirstName: 'Maren', Order: { ID: 'o-9' } })
    expect(message['Patient']).toMatchObject({
      Identifiers: [
        { ID: 'pat-1', IDType: 'FHIR' },
        { ID: 'MRN-0042', IDType: 'MR' },
        { ID: '000777', IDType: 'MR' },
      ],
    })
    expect(await statuses('link-user', [message])).toEqual([200])
    expect(grantsAt('link-user')).toEqual({ authorization_code: 1 })
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
    expect((await openedLink('hmac-none', query))['Subject']).toBe('ada')
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

describe('cross-user session fixation', () => {
  const ways: Readonly<Record<string, (browser: PlainBrowser) => Promise<Visit>>> = {
    'smart-ehr': (browser) => browser.visit(given.ehrLaunch('ehr-user')),
    'smart-standalone': (browser) => browser.visit(given.standaloneLaunch('standalone-user')),
    'signed-link': (browser) =>
      browser.submit(given.postLink('hmac-none', given.hmacLink('hmac-none'))),
  }

  it.each(Object.entries(ways))(
    'by %s: what one browser began, no other ends',
    async (_, begin) => {
      const attacker = plainBrowser()
      const form = await toTicket(attacker, await begin(attacker))
      const victim = plainBrowser()
      await toTicket(victim, await begin(victim))
      const sent = given.app.messages.length

      const page = await victim.submit(form, { 'sec-fetch-site': 'same-origin' })

      expect([page.status, given.app.messages.length]).toEqual([403, sent])
      expect(page.text).toMatch(/began in another browser/)
      await attacker.submit(form, { 'sec-fetch-site': 'same-origin' })
      expect(given.app.messages).toHaveLength(sent + 1)
    },
  )
})
