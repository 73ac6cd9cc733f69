import { createHash } from 'node:crypto'
import { readFileSync } from 'node:fs'
import { afterAll, describe, expect, it } from 'vitest'
import { type FhirBundle, SessionOverError } from '#client/index.ts'
import { launchInSandbox, rowsOf, takeToApp, ticketAfter } from '../flow/launch-in-sandbox.ts'
import { formOf, plainBrowser } from '../support/browser.ts'
import { STATE_VARIABLE } from '../support/run-variables.ts'
import { givenUpgrade } from '../upgrade/given-upgrade.ts'
import { type LeftBehind, SANDBOX } from '../upgrade/left-behind.ts'

const upgrade = await givenUpgrade()
const { left, stack, client, ehr, operate, logged } = upgrade
afterAll(() => upgrade.close())

/** Within every limit of what was under way. */
const SOON = 1

/** Whoever held a lease then is held for dead by the clock alone, so that nobody waits. */
const WHEN_LEASES_ARE_DEAD = 330

/** When the tokens of then are over, and those of what was ended since fall due too. */
const LATER = SANDBOX.accessTokenSeconds + 1

interface Listed {
  readonly key: string
  readonly launchId: string
  readonly state: string
}

/** What the operator's command says of a session; `undefined` if it is not stored any more. */
async function described({ session }: LeftBehind['signedOff']): Promise<Listed | undefined> {
  const { lines } = await operate(['sessions', 'list', '--json'])
  const sessions: readonly Listed[] = JSON.parse(lines.join('\n'))
  const hash = createHash('sha256').update(session.SessionID).digest('base64url')
  return sessions.find(({ key }) => key === hash)
}

/** Which functions have renewed its tokens. */
async function renewedBy(signedOn: LeftBehind['signedOff']): Promise<readonly unknown[]> {
  const launchId = (await described(signedOn))?.launchId
  return logged('token_refreshed')
    .filter((line) => line['launchId'] === launchId)
    .map(({ service }) => service)
}

const refusals = () => logged('request_refused').map(({ code, reason }) => [code, reason])

// In their order: each goes on where the one before has left the stack.
describe('a release on the state of the one before', () => {
  it('has that state, or its own as it was released', ({ skip }) => {
    skip(process.env[STATE_VARIABLE] !== undefined, `${STATE_VARIABLE} names another`)
    const changelog = readFileSync('CHANGELOG.md', 'utf8')
    const releases = [...changelog.matchAll(/^## \[(\d.*?)\]/gm)].map(([, version]) => version)

    expect(releases.slice(0, 2)).toContain(left.version)
  })

  it('lists its sessions', async () => {
    upgrade.goTo(SOON)

    expect((await described(left.reading))?.state).toBe('active')
    expect((await described(left.arrived))?.state).toBe('active')
    expect((await described(left.signedOff))?.state).toBe('ending')
    const { lines } = await operate(['status', '--json'])
    expect(JSON.parse(lines.join('\n'))).toMatchObject([
      { connection: 'sandbox-development', works: true, sessions: { active: 4, ending: 1 } },
    ])
  })

  it('reads on in a session, by the SessionID, the app’s token and the link of then', async () => {
    upgrade.goTo(SOON)
    const { SessionID, SessionBaseURL } = left.reading.session
    const headers = { authorization: `Bearer ${left.app.accessToken}` }

    const first = await fetch(
      `${SessionBaseURL}/Observation?_count=5&_redox_session=${SessionID}`,
      {
        headers,
      },
    )
    const second = await client.session(left.reading.session).json(left.reading.nextPage)

    expect(first.status).toBe(200)
    const pages = [await first.json(), second] as FhirBundle[]
    const read = pages.flatMap(({ entry = [] }) => entry.map(({ fullUrl }) => fullUrl))
    expect(new Set(read).size).toBe(10)
    expect(logged('token_refreshed')).toEqual([])
  })

  it('ends a launch whose browser comes back from the EHR only now', async () => {
    upgrade.goTo(SOON)
    const browser = plainBrowser(left.comingBack.cookies)

    const ticket = await ticketAfter(browser, left.comingBack.callback)
    const page = await takeToApp(browser, ticket)

    expect([page.status, rowsOf(page) > 11]).toEqual([200, true])
  })

  it('takes a ticket that was handed over', async () => {
    upgrade.goTo(SOON)
    const browser = plainBrowser(left.handedOver.cookies)

    const page = await takeToApp(browser, left.handedOver.ticket)

    expect([page.status, rowsOf(page) > 11]).toEqual([200, true])
  })

  it('refuses what was used: a callback, a ticket, a client assertion, an ended session', async () => {
    upgrade.goTo(SOON)
    const { callback, ticket, cookies } = left.arrived
    const before = refusals().length
    const browser = plainBrowser(cookies)
    expect((await browser.visit(callback)).status).toBe(400)
    expect((await browser.submit(ticket)).status).toBe(400)
    const answer = await fetch(`${client.base}/auth/token`, {
      method: 'POST',
      body: new URLSearchParams({
        grant_type: 'client_credentials',
        client_assertion_type: 'urn:ietf:params:oauth:client-assertion-type:jwt-bearer',
        client_assertion: left.app.usedAssertion,
      }),
    })
    expect(answer.status).toBe(401)
    await expect(client.session(left.signedOff.session).json('Patient')).rejects.toThrow(
      SessionOverError,
    )

    await expect
      .poll(() => refusals().slice(before))
      .toEqual([
        ['state_used', undefined],
        ['ticket_used', undefined],
        ['client_assertion_invalid', 'jti_seen'],
        ['session_not_granted', undefined],
      ])
  })

  it('takes up tokens that their session’s row had not taken', async () => {
    upgrade.goTo(WHEN_LEASES_ARE_DEAD)

    await client.session(left.rescued.session).json('Observation?_count=5')

    await expect.poll(() => logged('tokens_recovered')).toHaveLength(1)
    expect(logged('token_refreshed')).toEqual([])
  })

  it('has done so by the registry and the secrets of then', () => {
    const writes = stack.calls.filter(
      ({ caller, action }) => caller === 'operator' && !/^(Scan|Query|Get|Describe)/.test(action),
    )

    expect(writes).toEqual([])
  })

  it('renews the tokens of a session that is used, and the refresher those of one that is not', async () => {
    upgrade.goTo(LATER)

    await client.session(left.reading.session).json('Observation?_count=5')
    await expect.poll(() => renewedBy(left.reading)).toEqual(['fhir'])
    expect(await renewedBy(left.arrived)).toEqual([])
    await stack.tick()

    await expect.poll(() => renewedBy(left.arrived)).toEqual(['refresher'])
    expect(await renewedBy(left.reading)).toEqual(['fhir'])
    const page = await plainBrowser(left.arrived.cookies).visit(left.arrived.page)
    expect([page.status, rowsOf(page) > 11]).toEqual([200, true])
  })

  it('revokes at the EHR the tokens of what was signed off, and removes it', async () => {
    await expect.poll(() => logged('session_tokens_revoked')).toHaveLength(1)
    expect(await described(left.signedOff)).toBeUndefined()
  })

  it('is set up by its own commands, and nobody is signed off by that', async () => {
    await upgrade.setUp()
    const browser = plainBrowser(left.reading.cookies)

    const page = await browser.visit(left.reading.page)
    expect([page.status, rowsOf(page) > 11]).toEqual([200, true])
    const signedOff = await browser.submit(formOf(page))

    expect(signedOff.text).toContain('You are signed off')
    expect((await described(left.reading))?.state).toBe('ending')
    expect((await browser.visit(left.reading.page)).status).toBe(403)
  })

  it('launches', async () => {
    const page = await launchInSandbox(plainBrowser(), ehr.origin)

    expect([page.status, rowsOf(page) > 11]).toEqual([200, true])
  })
})
