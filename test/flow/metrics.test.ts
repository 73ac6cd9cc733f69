import { afterAll, describe, expect, it } from 'vitest'
import { plainBrowser } from '../support/browser.ts'
import { emfMeasure } from '../support/emf.ts'
import { givenBroker } from './given-broker.ts'

const broker = await givenBroker()
afterAll(() => broker.close())

/** What the functions have counted; a line of the format that is wrong throws. */
const measures = () =>
  broker
    .logLines()
    .map(emfMeasure)
    .filter((measure) => measure !== undefined)

describe('metrics', () => {
  it('count launches by connection and outcome', async () => {
    await broker.signOn(plainBrowser())
    const browser = plainBrowser()
    const back = await broker.toRedirect(browser, {
      authorizationResponse: { code: undefined, error: 'access_denied' },
    })
    await browser.visit(back)

    const launches = { service: 'sallyport', connection: 'general-development', Launches: 1 }
    expect(measures().filter((measure) => 'Launches' in measure)).toEqual([
      { ...launches, outcome: 'completed' },
      { ...launches, outcome: 'refused' },
    ])
  })
})
