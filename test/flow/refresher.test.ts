import { afterAll, describe, expect, it } from 'vitest'
import { plainBrowser } from '../support/browser.ts'
import { givenBroker } from './given-broker.ts'

const issued = { count: 0 }
const refreshToken = () => {
  issued.count += 1
  return `refresh-${issued.count}`
}
// Tokens are due long before a session is idle, however slow the machine.
const broker = await givenBroker({ ehr: { refreshToken, accessTokenSeconds: 600 } })
afterAll(() => broker.close())

/** A sign-on, and how often the EHR is shown its refresh token from then on. */
async function setup() {
  const { message } = await broker.signOn(plainBrowser())
  const session = message.body.Meta.SessionID
  const own = `refresh-${issued.count}`
  const presented = () =>
    broker.ehr.tokenRequests.filter(({ body }) => body.get('refresh_token') === own).length
  const read = async () => (await broker.fhir('/Patient/pat-1', { session })).status
  return { session, presented, read }
}

describe('the scheduled refresher', () => {
  it('renews a session’s tokens without any request of its app, before they are over', async () => {
    const { presented, read } = await setup()

    await broker.stack.tick()
    expect(presented()).toBe(0)

    broker.stack.time.advance(510)
    await broker.stack.tick()
    expect(presented()).toBe(1)

    broker.stack.time.advance(60)
    await broker.stack.tick()
    expect(await read()).toBe(200)
    expect(presented()).toBe(1)
  })

  it('presents a refresh token once, though an event is delivered twice', async () => {
    const { presented } = await setup()
    broker.stack.time.advance(520)

    await Promise.all([broker.stack.tick(), broker.stack.tick()])
    await broker.stack.tick()

    expect(presented()).toBe(1)
  })

  it('presents it once more after an answer that was lost, when it has said so, and not again', async () => {
    const { presented, read } = await setup()
    broker.stack.time.advance(520)
    broker.ehr.misbehave({ tokenAnswer: 'hang-up' })

    await broker.stack.tick()
    expect([presented(), await read()]).toEqual([1, 200])
    broker.stack.time.advance(30)
    await broker.stack.tick()
    broker.ehr.misbehave({})
    expect([presented(), await read()]).toEqual([2, 200])
    broker.stack.time.advance(60)
    await broker.stack.tick()

    expect([presented(), await read()]).toEqual([2, 403])
    const taken = () =>
      broker.logLines().filter((line) => line.includes('token_refresh_taken_over'))
    await expect.poll(taken).not.toEqual([])
  })

  it('ends a session that nobody uses', async () => {
    const { presented, read } = await setup()
    broker.stack.time.advance(3_601)

    await broker.stack.tick()
    await broker.stack.tick()

    expect(presented()).toBe(0)
    expect(await read()).toBe(403)
  })

  it('reads nothing of the table but what is due, and scans nothing', async () => {
    await setup()
    await broker.stack.tick()
    const before = broker.stack.calls.length

    await broker.stack.tick()

    const actions = broker.stack.calls
      .slice(before)
      .filter(({ caller, service }) => caller.startsWith('Refresher') && service === 'dynamodb')
      .map(({ action }) => action)
    expect(actions).toEqual(Array(16).fill('Query'))
  })
})
