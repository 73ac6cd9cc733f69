import { afterAll, describe, expect, it } from 'vitest'
import { plainBrowser } from '../support/browser.ts'
import { givenBroker } from './given-broker.ts'

const broker = await givenBroker()
afterAll(() => broker.close())

const given = {
  code: { browser: plainBrowser(), back: '' },
  ticket: { browser: plainBrowser(), form: { action: '', fields: {} } },
}
given.ticket.form = await broker.toHandOver(given.ticket.browser)
given.code.back = await broker.toRedirect(given.code.browser)
broker.ehr.misbehave({ tokenAnswer: 'silence' })
broker.app.answer(() => {})

// Real seconds, at the same time: what is shown is that the functions' own limits come first.
describe.concurrent('a server that takes a request and never answers', () => {
  it('ends the sign-on in a plain page, where it is the token endpoint; the code is sent once', async () => {
    const { browser, back } = given.code
    const asked = broker.ehr.tokenRequests.length
    const began = performance.now()

    const page = await browser.visit(back)

    expect(performance.now() - began).toBeGreaterThan(7_900)
    expect(page.status).toBe(502)
    expect(page.text).toMatch(/EHR could not be reached/)
    expect(page.text).toMatch(/Reference: /)
    expect(broker.ehr.tokenRequests).toHaveLength(asked + 1)
    expect((await browser.visit(back)).text).toMatch(/already used/)
  })

  it('ends it the same where it is the app; the message is sent once', async () => {
    const { browser, form } = given.ticket
    const sent = broker.app.messages.length
    const began = performance.now()

    const page = await browser.submit(form, { 'sec-fetch-site': 'same-origin' })

    expect(performance.now() - began).toBeGreaterThan(9_900)
    expect(page.status).toBe(502)
    expect(page.text).toMatch(/app could not be reached/)
    expect(broker.app.messages).toHaveLength(sent + 1)
  })
})
