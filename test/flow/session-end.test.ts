import { createHash } from 'node:crypto'
import { DynamoDBClient, ListTablesCommand, ScanCommand } from '@aws-sdk/client-dynamodb'
import { afterAll, describe, expect, it, onTestFinished } from 'vitest'
import { formOf, plainBrowser } from '../support/browser.ts'
import { givenBroker } from './given-broker.ts'

const issued = { count: 0 }
const refreshToken = () => {
  issued.count += 1
  return `refresh-${issued.count}`
}
const broker = await givenBroker({
  ehr: { refreshToken, revokes: true, accessTokenSeconds: 600 },
  authentication: 'client_secret_basic',
})
afterAll(() => broker.close())

/** How many sessions are stored. */
async function storedSessions({ stack }: typeof broker): Promise<number> {
  const { endpoint, region } = stack.aws
  const client = new DynamoDBClient({ endpoint, region, credentials: stack.operator })
  const { TableNames = [] } = await client.send(new ListTablesCommand({}))
  const TableName = TableNames.find((name) => name.includes('SessionsTable'))
  const { Count = 0 } = await client.send(new ScanCommand({ TableName, Select: 'COUNT' }))
  return Count
}

/** A sign-on, what its app can do with it, and what the EHR is asked to revoke of it. */
async function setup() {
  const { message } = await broker.signOn(plainBrowser())
  const session = message.body.Meta.SessionID
  const own = `refresh-${issued.count}`
  const revoked = (token = own) =>
    broker.ehr.revocations.filter(({ body }) => body.get('token') === token)
  const read = async () => (await broker.fhir('/Patient/pat-1', { session })).status
  const end = () => broker.api('/session', { session, method: 'DELETE' })
  return { session, revoked, read, end }
}

describe('a session that its app ends', () => {
  it('is revoked at the EHR by the client, and gone, at the next turn of the schedule', async () => {
    const { revoked, read, end } = await setup()
    await end()
    expect([await read(), revoked().length, await storedSessions(broker)]).toEqual([403, 0, 1])

    await broker.stack.tick()

    expect(revoked()).toHaveLength(1)
    expect(revoked()[0]?.headers.authorization).toMatch(/^Basic /)
    expect(revoked()[0]?.body.get('token_type_hint')).toBe('refresh_token')
    expect([await read(), await storedSessions(broker)]).toEqual([403, 0])
    await broker.stack.tick()
    expect(revoked()).toHaveLength(1)
  })

  it('is revoked with its newest refresh token', async () => {
    const { revoked, end } = await setup()
    broker.stack.time.advance(520)
    await broker.stack.tick()
    const newest = `refresh-${issued.count}`

    await end()
    await broker.stack.tick()

    expect([revoked().length, revoked(newest).length]).toEqual([0, 1])
  })

  it('is over although revoking fails, which is tried for ten minutes and no longer', async () => {
    const { revoked, read, end } = await setup()
    broker.ehr.misbehave({ revocationStatus: 503 })
    onTestFinished(() => broker.ehr.misbehave({}))
    await end()

    await broker.stack.tick()
    expect([await read(), revoked().length, await storedSessions(broker)]).toEqual([403, 1, 1])
    broker.stack.time.advance(600)
    await broker.stack.tick()
    expect([await read(), revoked().length, await storedSessions(broker)]).toEqual([403, 2, 0])
    await broker.stack.tick()
    expect(revoked()).toHaveLength(2)
  })
})

describe('a session that nobody uses', () => {
  it('is revoked and gone when its tokens fall due', async () => {
    const { revoked, read } = await setup()
    broker.stack.time.advance(3_601)

    await broker.stack.tick()

    expect([await read(), revoked().length, await storedSessions(broker)]).toEqual([403, 1, 0])
  })
})

describe('a session past its idle limit', () => {
  it('is dead to every reader while its row is still there', async () => {
    const { session } = await setup()
    broker.stack.time.advance(3_500)
    const bound = await broker.appToken('heartline', { session })
    expect((await broker.api('/session', { authorization: bound })).status).toBe(200)
    broker.stack.time.advance(101)
    onTestFinished(async () => void (await broker.stack.tick()))

    const message = {
      Meta: { DataModel: 'Clinical Summary', EventType: 'PatientQuery' },
      Patient: { Identifiers: [{ ID: 'pat-1', IDType: 'FHIR' }] },
    }
    const asked = [
      broker.fhir('/Patient/pat-1', { session }),
      broker.api('/session', { session }),
      broker.api('/session', { session, method: 'DELETE' }),
      broker.api('/endpoint', {
        session,
        method: 'POST',
        body: JSON.stringify(message),
        headers: { 'content-type': 'application/json' },
      }),
    ]
    expect((await Promise.all(asked)).map(({ status }) => status)).toEqual([403, 403, 403, 403])
    expect((await broker.api('/session', { authorization: bound })).status).toBe(401)
    expect(await broker.appToken('heartline', { session })).toBe('Bearer undefined')
    expect(await storedSessions(broker)).toBe(1)
  })
})

describe('a session whose tokens nobody renews unasked', () => {
  it.each([
    ['live under three minutes', { expires_in: 120 }, 'idle', 1],
    ['are good while the person is there', { scope: 'openid online_access' }, 'idle', 1],
    ['cannot be renewed', { refresh_token: undefined }, 'absolute_end', 0],
  ])(
    'as they %s, is found when it is over, and told of',
    async (_, tokenMembers, reason, revocations) => {
      const browser = plainBrowser()
      const back = await broker.toRedirect(browser)
      broker.ehr.misbehave({ tokenMembers })
      const form = formOf(await browser.visit(back))
      broker.ehr.misbehave({})
      const { message } = await broker.handOver(browser, form)
      const key = createHash('sha256').update(message.body.Meta.SessionID).digest('base64url')
      const before = [broker.ehr.tokenRequests.length, issued.count] as const
      broker.stack.time.advance(550)
      await broker.stack.tick()
      expect([broker.ehr.tokenRequests.length, await storedSessions(broker)]).toEqual([
        before[0],
        1,
      ])

      broker.stack.time.advance(3_051)
      await broker.stack.tick()

      const own = broker.ehr.revocations.filter(
        ({ body }) => body.get('token') === `refresh-${before[1]}`,
      )
      expect([own.length, await storedSessions(broker)]).toEqual([revocations, 0])
      const ended = broker.stack.events.filter(({ detail }) => detail['session'] === key).at(-1)
      expect(ended?.detail).toMatchObject({ type: 'session.ended', reason })
    },
  )
})

describe('a session that an operator ends', () => {
  it.each([
    ['by its SessionID', ['sessions', 'end', '-']],
    ['with all of its connection', ['sessions', 'end-all', 'general-development']],
  ])('is over at once and revoked at the next turn: %s', async (_how, command) => {
    const { session, revoked, read } = await setup()
    expect(await read()).toBe(200)

    expect(await broker.operate(command, session)).toMatchObject({ exitCode: 0, errors: [] })
    expect(await read()).toBe(403)
    await broker.stack.tick()

    expect([revoked().length, await storedSessions(broker)]).toEqual([1, 0])
  })
})
