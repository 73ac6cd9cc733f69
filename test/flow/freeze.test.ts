import type { ServerResponse } from 'node:http'
import { afterAll, describe, expect, it } from 'vitest'
import { plainBrowser } from '../support/browser.ts'
import type { FakeEhrOptions } from '../support/fake-ehr.ts'
import { givenBroker } from './given-broker.ts'

const ACCESS_TOKEN_SECONDS = 120
let dying: string | undefined

// Processes, whose freezing is the operating system's.
const broker = await givenBroker({
  runtime: { runAs: () => 'process' },
  ehr: { accessTokenSeconds: ACCESS_TOKEN_SECONDS, fhir: answerOrDie },
})
afterAll(() => broker.close())

/** A Patient; on a connection that served before, the named read is cut off before any answer. */
function answerOrDie(
  { url, onConnection }: Parameters<NonNullable<FakeEhrOptions['fhir']>>[0],
  response: ServerResponse,
) {
  if (url.endsWith(`/${dying}`) && onConnection > 1) {
    response.socket?.resetAndDestroy()
    return
  }
  response
    .writeHead(200, { 'content-type': 'application/fhir+json' })
    .end(JSON.stringify({ resourceType: 'Patient', id: 'pat-1' }))
}

async function setup() {
  const { message } = await broker.signOn(plainBrowser())
  const session = message.body.Meta.SessionID
  const authorization = await broker.appToken()
  const read = async (path: string) => {
    const answer = await broker.fhir(path, { session, authorization })
    await answer.text()
    return answer.status
  }
  const seen = (path: string) =>
    broker.ehr.fhirRequests.filter(({ url }) => url.endsWith(path)).map((one) => one.onConnection)
  return { read, seen }
}

/** The connections that functions keep are dead from here on, and no function has noticed. */
async function resetInTheFreeze() {
  await expect.poll(() => broker.stack.instances().filter(({ isBusy }) => isBusy)).toEqual([])
  broker.ehr.resetConnections()
}

describe('a function that is frozen between its invocations', () => {
  it('is the same one afterwards, with the connection that it kept', async () => {
    const { read, seen } = await setup()
    await read('/Patient/first')
    const before = broker.stack.instances().map(({ pid }) => pid)
    await read('/Patient/second')

    expect(before).not.toContain(undefined)
    expect(broker.stack.instances().map(({ pid }) => pid)).toEqual(before)
    expect(seen('/Patient/second')[0]).toBeGreaterThan(1)
  })

  it('reads FHIR although the connection died in the freeze', async () => {
    const { read, seen } = await setup()
    await read('/Patient/third')
    await resetInTheFreeze()

    expect(await read('/Patient/fourth')).toBe(200)
    expect(seen('/Patient/fourth')).toEqual([1])
  })

  it('repeats a read once, on a new connection, when the kept one dies under it', async () => {
    const { read, seen } = await setup()
    await read('/Patient/fifth')
    dying = 'sixth'

    expect(await read('/Patient/sixth')).toBe(200)
    expect(seen('/Patient/sixth')).toEqual([expect.toSatisfy((place) => place > 1), 1])
  })

  it('renews tokens on a connection of their own, which no freeze can have killed', async () => {
    const { read, seen } = await setup()
    await read('/Patient/seventh')
    await resetInTheFreeze()
    const before = broker.ehr.tokenRequests.length
    broker.stack.time.advance(ACCESS_TOKEN_SECONDS + 1)

    expect(await read('/Patient/eighth')).toBe(200)
    const renewed = broker.ehr.tokenRequests.slice(before)
    expect(renewed.map(({ body }) => body.get('grant_type'))).toEqual(['refresh_token'])
    expect(renewed[0]?.onConnection).toBe(1)
    // Had it been kept, the read that follows at once would have taken it.
    expect(seen('/Patient/eighth')).toEqual([1])
  })
})
