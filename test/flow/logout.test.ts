import { createHash } from 'node:crypto'
import { afterAll, describe, expect, it } from 'vitest'
import { formOf, plainBrowser } from '../support/browser.ts'
import { givenBroker } from './given-broker.ts'

let launches = 0
const sidOf = (launch: number) => `provider-session-${launch}`
const broker = await givenBroker({
  ehr: {
    sid() {
      launches += 1
      return sidOf(launches)
    },
  },
  vendorOverrides: { issuerAliases: ['{issuer}/oidc/idsps/*/'] },
})
afterAll(() => broker.close())

/** A session, and the provider's session that it came of. */
async function setup() {
  const { message } = await broker.signOn(plainBrowser())
  return { session: message.body.Meta.SessionID, sid: sidOf(launches) }
}

const logOut = (logout_token: string, connection = 'general-development') =>
  broker.post(`/logout/${connection}`, { logout_token })
const frontChannel = (query: Readonly<Record<string, string>>) =>
  fetch(`${broker.base}/logout/general-development?${new URLSearchParams(query)}`)
const isAlive = async (session: string) =>
  (await broker.fhir('/Patient/pat-1', { session })).status === 200
const ended = (session: string) => {
  const key = createHash('sha256').update(session).digest('base64url')
  return broker.stack.events
    .filter((event) => event['detail-type'] === 'session.ended')
    .filter(({ detail }) => detail['session'] === key)
    .map(({ detail }) => detail['reason'])
}

describe('a logout at the provider', () => {
  it('ends the session that came of it, for every reader, and no other', async () => {
    const { session, sid } = await setup()
    const { session: another } = await setup()
    const bound = await broker.appToken('heartline', { session })

    const answer = await logOut(await broker.ehr.logoutToken({ sid, sub: 'user-1' }))

    expect([answer.status, answer.headers.get('cache-control')]).toEqual([200, 'no-store'])
    expect([await isAlive(session), await isAlive(another)]).toEqual([false, true])
    expect((await broker.api('/session', { authorization: bound })).status).toBe(401)
    expect(await broker.appToken('heartline', { session })).toBe('Bearer undefined')
    expect([ended(session), ended(another)]).toEqual([['logout'], []])
  })

  it('of a person ends all sessions that they have', async () => {
    const sessions = [await setup(), await setup()].map(({ session }) => session)

    expect((await logOut(await broker.ehr.logoutToken({ sub: 'user-1' }))).status).toBe(200)

    expect(await Promise.all(sessions.map(isAlive))).toEqual([false, false])
  })

  it('is taken once, and one of nobody here is taken too', async () => {
    const { session, sid } = await setup()
    const token = await broker.ehr.logoutToken({ sid: 'nobody', sub: 'somebody-else' })

    expect((await logOut(token)).status).toBe(200)
    const again = await logOut(token)

    expect(again.status).toBe(400)
    expect(await again.json()).toMatchObject({ error: 'invalid_request' })
    expect(await isAlive(session)).toBe(true)
    await logOut(await broker.ehr.logoutToken({ sid }))
    expect(await isAlive(session)).toBe(false)
  })

  it.each([
    ['that is for another client', { aud: 'other-client' }],
    ['of another provider', { iss: 'https://login.other.example' }],
    ['that is an ID token', { nonce: 'n', events: undefined }],
  ])('by a token %s ends nothing', async (_, claims) => {
    const { session, sid } = await setup()

    const answer = await logOut(await broker.ehr.logoutToken({ sid, sub: 'user-1', ...claims }))

    expect(answer.status).toBe(400)
    expect(await isAlive(session)).toBe(true)
  })

  it('under another of its names ends the session that was signed on under that, and under its own does not', async () => {
    const iss = `${broker.ehr.origin}/oidc/idsps/42/`
    const browser = plainBrowser()
    const back = await broker.toRedirect(browser)
    broker.ehr.misbehave({ idTokenClaims: { iss } })
    const form = formOf(await browser.visit(back))
    broker.ehr.misbehave({})
    const session = (await broker.handOver(browser, form)).message.body.Meta.SessionID
    const sid = sidOf(launches)
    const foreign = await broker.ehr.logoutToken({ iss: `${iss}43/`, sid })

    expect((await logOut(foreign)).status).toBe(400)
    expect((await logOut(await broker.ehr.logoutToken({ sid }))).status).toBe(200)
    expect((await frontChannel({ iss: broker.ehr.origin, sid })).status).toBe(200)
    expect(await isAlive(session)).toBe(true)

    expect((await logOut(await broker.ehr.logoutToken({ iss, sid }))).status).toBe(200)
    expect(await isAlive(session)).toBe(false)
    expect(ended(session)).toEqual(['logout'])
  })

  it('at the address of another connection ends nothing', async () => {
    const { session, sid } = await setup()
    const token = await broker.ehr.logoutToken({ sid, sub: 'user-1' })

    for (const connection of ['general-other', 'gone']) {
      expect((await logOut(token, connection)).status).toBe(400)
    }
    expect(await isAlive(session)).toBe(true)
  })

  it('in the browser’s frame ends the session whose sid it names', async () => {
    const { session, sid } = await setup()
    const iss = broker.ehr.origin

    for (const query of [{ iss }, { sid }, { iss: 'https://login.other.example', sid }]) {
      expect((await frontChannel(query as Record<string, string>)).status).toBe(400)
    }
    expect(await isAlive(session)).toBe(true)
    const answer = await frontChannel({ iss, sid })

    expect([answer.status, answer.headers.get('cache-control')]).toEqual([200, 'no-store'])
    expect(await isAlive(session)).toBe(false)
    expect(ended(session)).toEqual(['logout'])
  })
})
