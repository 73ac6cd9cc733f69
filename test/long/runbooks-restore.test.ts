import { afterEach, describe, expect, it } from 'vitest'
import { formOf, plainBrowser } from '../support/browser.ts'
import { givenSite } from '../support/runbooks/given-site.ts'

/** Past the end of every access token, and within the sessions' idle limit. */
const RENEWAL_SECONDS = 700
const TIMEOUT_MS = 240_000

const sites: Awaited<ReturnType<typeof givenSite>>[] = []
afterEach(async () => {
  for (const site of sites.splice(0)) await site.close()
})

/** A deployment of which a backup was made, and on which things have happened since. */
async function setup() {
  const site = await givenSite({
    named: ({ stack }) => ({
      'Sallyport-SessionsTable1A2B3C4D-EXAMPLE': stack.outputs['SessionsTableName'] ?? '',
    }),
  })
  sites.push(site)
  const { stack } = site.broker()
  const sessionsTable = stack.outputs['SessionsTableName'] ?? ''
  const launchesTable = stack.outputs['LaunchesTableName'] ?? ''

  const [renewed, loggedOut, unused] = [
    await site.launch(),
    await site.launch(),
    await site.launch(),
  ]
  const browser = plainBrowser()
  const form = formOf(await browser.visit(await site.broker().toRedirect(browser)))
  const jti = { jti: 'an-assertion-that-is-used-once' }
  await site.tables().remember(sessionsTable)
  await site.tables().remember(launchesTable)

  // Since then: a renewal, by which the EHR takes another refresh token; a logout; a ticket; an assertion.
  site.advance(RENEWAL_SECONDS)
  expect(await site.read(renewed)).toBe(200)
  const [usedUp = ''] = site.presented()
  await site.broker().api('/session', { session: loggedOut, method: 'DELETE' })
  await site.broker().stack.tick()
  const { app } = site
  return {
    ...site,
    renewed,
    loggedOut,
    unused,
    usedUp,
    sessionsTable,
    launchesTable,
    submitTicket: () => browser.submit(form, { 'sec-fetch-site': 'same-origin' }),
    /** What an app gets for one and the same assertion. */
    useAssertion: async () => {
      const client_assertion = await app.assertion(`${site.broker().base}/auth/token`, jti)
      const answer = await site.broker().post('/auth/token', {
        grant_type: 'client_credentials',
        client_assertion_type: 'urn:ietf:params:oauth:client-assertion-type:jwt-bearer',
        client_assertion,
      })
      return answer.status
    },
  }
}

/** How often a refresh token was presented, of the one that was most. */
const mostPresented = (presented: readonly string[]) =>
  Math.max(...presented.map((token) => presented.filter((other) => other === token).length))

describe('sessions of an hour ago', () => {
  it(
    'that are put back in their table: a used refresh token is presented, and who signed off is signed on',
    async () => {
      const site = await setup()
      const { empty, rows, put, restore } = site.tables()
      await restore(site.sessionsTable, 'copy')
      await empty(site.sessionsTable)
      await put(site.sessionsTable, await rows('copy'))

      expect(await site.read(site.loggedOut)).toBe(200)
      await site.read(site.renewed)
      expect(site.presented().filter((token) => token === site.usedUp)).toHaveLength(2)

      // The last resort of the runbook: all are ended, and the app is refused.
      await site.broker().operate(['sessions', 'end-all', '--every-connection'])
      for (const session of [site.renewed, site.loggedOut, site.unused]) {
        expect(await site.read(session)).toBe(403)
      }
    },
    TIMEOUT_MS,
  )

  it(
    'by the runbook: nobody is signed on, no used refresh token is presented, and everybody can launch',
    async () => {
      const site = await setup()
      const runbook = site.open('Restore sessions')
      await site.tables().empty(site.sessionsTable)

      await runbook.step('sessionsTable=2')
      expect(site.broker().stack.outputs['SessionsTableName']).not.toBe(site.sessionsTable)
      const since = await site.launch()
      expect(await site.read(since)).toBe(200)

      await runbook.step('end-restored')
      const old = [site.renewed, site.loggedOut, site.unused]
      for (const session of old) expect(await site.read(session)).toBe(403)

      await site.broker().stack.tick()
      await runbook.step('--state ending')
      await runbook.step('delete-table')
      for (const session of old) expect(await site.read(session)).toBe(403)
      // Each was revoked by the token that the copy had, the one that is used up among them.
      expect(site.revoked()).toEqual(expect.arrayContaining([site.usedUp]))
      expect(new Set(site.revoked()).size).toBe(4)

      // Renewals go on, by those who launched since; no token was presented twice.
      site.advance(RENEWAL_SECONDS)
      expect(await site.read(since)).toBe(200)
      expect(mostPresented(site.presented())).toBe(1)
      const told = site
        .broker()
        .stack.events.filter(
          ({ detail }) => detail['type'] === 'session.ended' && detail['reason'] === 'operator',
        )
      expect(told).toHaveLength(4)

      await runbook.step('--every-connection')
      expect(await site.read(since)).toBe(403)
      runbook.done()
      expect(await site.read(await site.launch())).toBe(200)
    },
    TIMEOUT_MS,
  )
})

describe('what is good once', () => {
  it(
    'is not good again by rows of an hour ago, nor with a table that is new',
    async () => {
      const site = await setup()
      expect((await site.submitTicket()).status).toBe(400)
      expect(await site.useAssertion()).toBe(200)
      expect(await site.useAssertion()).toBe(401)
      const { empty, rows, put, restore } = site.tables()
      await restore(site.launchesTable, 'launches-copy')
      await empty(site.launchesTable)
      await put(site.launchesTable, await rows('launches-copy'))

      // The ticket is there as it was before it was taken, and too old.
      expect(
        (await rows(site.launchesTable)).some(({ id }) => String(id).startsWith('ticket#')),
      ).toBe(true)
      expect((await site.submitTicket()).status).toBe(400)
      expect(site.app.messages).toHaveLength(3)

      const runbook = site.open('The Launches table')
      await runbook.step('launchesTable=2')
      runbook.done()
      expect((await site.submitTicket()).status).toBe(400)
      expect(site.app.messages).toHaveLength(3)
      expect(await site.read(await site.launch())).toBe(200)
    },
    TIMEOUT_MS,
  )
})

describe('the registry', () => {
  it(
    'is what the file says, again, in the table that there is and in a new one',
    async () => {
      const site = await setup()
      const registryTable = site.broker().stack.outputs['RegistryTableName'] ?? ''
      const runbook = site.open('Restore the registry')
      await site.tables().empty(registryTable)

      await runbook.step('registry diff')
      site.advance(61)
      expect(await site.read(await site.launch())).toBe(200)

      await runbook.step('registryTable=2')
      runbook.done()
      expect(await site.read(await site.launch())).toBe(200)
      expect(await site.read(site.unused)).toBe(200)
    },
    TIMEOUT_MS,
  )
})
