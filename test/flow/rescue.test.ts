import { afterAll, describe, expect, it } from 'vitest'
import { formOf, plainBrowser } from '../support/browser.ts'
import { givenBroker } from './given-broker.ts'

/** Tokens that live so are renewed on demand only, and such by the refresher, ahead. */
const SHORT_SECONDS = 120
const LONG_SECONDS = 240

const table = { takesTokens: true }
const broker = await givenBroker({
  // So that whoever renews reads the client's secret.
  authentication: 'client_secret_basic',
  runtime: {
    onAwsCall({ action, input }, moment) {
      const stores = action === 'UpdateItem' && JSON.stringify(input).includes('sealedTokens')
      if (stores && moment === 'before' && !table.takesTokens) throw new Error('lost')
    },
  },
})
afterAll(() => broker.close())

async function signOn(expires_in: number) {
  const browser = plainBrowser()
  const back = await broker.toRedirect(browser)
  broker.ehr.misbehave({ tokenMembers: { expires_in } })
  const form = formOf(await browser.visit(back))
  broker.ehr.misbehave({})
  const { message } = await broker.handOver(browser, form)
  const session = message.body.Meta.SessionID

  return {
    async read() {
      const answer = await broker.fhir('/Patient/pat-1', { session })
      await answer.text()
      return answer.status
    },
    async post() {
      const answer = await broker.api('/endpoint', {
        session,
        method: 'POST',
        headers: { 'content-type': 'application/json' },
        body: JSON.stringify({
          Meta: { DataModel: 'Clinical Summary', EventType: 'PatientQuery' },
          Patient: { Identifiers: [{ ID: 'pat-1', IDType: 'FHIR' }] },
        }),
      })
      await answer.text()
      return answer.status
    },
  }
}

const refreshes = () =>
  broker.ehr.tokenRequests.filter(({ body }) => body.get('grant_type') === 'refresh_token').length
/** Which functions have logged an event. */
const loggers = (event: string) =>
  broker
    .logLines()
    .filter((line) => line.includes(`"message":"${event}"`))
    .map((line): string => JSON.parse(line).service)
    .toSorted()

describe('tokens that their session’s row does not take', () => {
  it('are not lost, whoever renewed them: they wait on the second path until it does', async () => {
    const one = await signOn(SHORT_SECONDS)
    const another = await signOn(SHORT_SECONDS)
    const other = await signOn(LONG_SECONDS)
    broker.stack.time.advance(LONG_SECONDS + 1)

    table.takesTokens = false
    const [status, posted] = await Promise.all([one.read(), another.post(), broker.stack.tick()])
    expect([status, posted]).toEqual([200, 200])
    await expect.poll(() => loggers('tokens_rescued')).toEqual(['data-model', 'fhir', 'refresher'])

    table.takesTokens = true
    expect([await one.read(), await another.post()]).toEqual([200, 200])
    await broker.stack.tick()
    await expect
      .poll(() => loggers('tokens_recovered'))
      .toEqual(['data-model', 'fhir', 'refresher'])
    expect([await one.read(), await another.post(), await other.read()]).toEqual([200, 200, 200])
    expect(refreshes()).toBe(3)
  })
})
