import { afterAll, describe, expect, it } from 'vitest'
import { plainBrowser } from '../support/browser.ts'
import { send } from '../support/send.ts'
import { givenBroker } from './given-broker.ts'

const broker = await givenBroker()
const { message } = await broker.signOn(plainBrowser())
const session = message.body.Meta.SessionID
const authorization = await broker.appToken()
afterAll(() => broker.close())

/** A search whose query goes on the wire byte for byte. */
function search(query: string, headers: Readonly<Record<string, string>> = {}): Promise<Response> {
  return send(`${broker.fhirBase}/Observation?${query}`, { headers: { authorization, ...headers } })
}

describe('what API Gateway makes of a request', () => {
  it.each(['|', '{', '}'])('refuses a raw %s in the query, and takes it encoded', async (raw) => {
    const before = broker.ehr.fhirRequests.length

    const refused = await search(`_redox_session=${session}&code=http://loinc.org${raw}8480-6`)
    expect(refused.status).toBe(400)
    expect(broker.ehr.fhirRequests).toHaveLength(before)

    const encoded = encodeURIComponent(`http://loinc.org${raw}8480-6`)
    const taken = await search(`_redox_session=${session}&code=${encoded}`)
    expect(taken.status).toBe(200)
    expect(broker.ehr.fhirRequests.at(-1)?.url).toContain(`code=${encoded}`)
  })

  it('splits the query at a semicolon, so that one inside a value has to be encoded', async () => {
    await search('code=a;status=final', { 'x-sallyport-session': session })
    const split = new URL(broker.ehr.fhirRequests.at(-1)?.url ?? '', broker.ehr.origin)
    expect([...split.searchParams]).toEqual([
      ['code', 'a'],
      ['status', 'final'],
    ])

    await search('code=a%3Bstatus=final', { 'x-sallyport-session': session })
    const whole = new URL(broker.ehr.fhirRequests.at(-1)?.url ?? '', broker.ehr.origin)
    expect([...whole.searchParams]).toEqual([['code', 'a;status=final']])
  })

  it('renames WWW-Authenticate of a buffered answer, whose body says the same', async () => {
    const { status, headers, text } = await send(`${broker.base}/session`).then(async (answer) => ({
      status: answer.status,
      headers: answer.headers,
      text: await answer.text(),
    }))

    expect(status).toBe(401)
    expect(headers.get('www-authenticate')).toBeNull()
    expect(headers.get('x-amzn-remapped-www-authenticate')).toMatch(/^Bearer/)
    expect(text).toContain('OperationOutcome')
  })
})
