import { afterAll, describe, expect, it } from 'vitest'
import { formOf, plainBrowser } from '../support/browser.ts'
import { NO_CHROMIUM } from '../support/chromium.ts'
import { serve } from '../support/http-server.ts'
import { givenBroker } from './given-broker.ts'
import { givenChromium } from './given-chromium.ts'

/** A page of some site, with a launch in a frame. */
const framing = () =>
  serve(({ url }, response) => {
    const launch = new URL(url ?? '', 'http://127.0.0.1').searchParams.get('launch') ?? ''
    response
      .writeHead(200, { 'content-type': 'text/html' })
      .end(`<iframe src="${launch.replaceAll('&', '&amp;')}"></iframe>`)
  })

const [ehrPage, foreignPage] = await Promise.all([framing(), framing()])
const broker = await givenBroker({ frameAncestors: [ehrPage.origin] })
afterAll(() => Promise.all([broker, ehrPage, foreignPage].map((one) => one.close())))

describe('the pages of a launch', () => {
  it('name the origins whose frames they may stand in', async () => {
    const browser = plainBrowser()
    const handOver = await browser.visit(await broker.toRedirect(browser))
    const { page: movingOn } = await broker.handOver(browser, formOf(handOver))

    for (const { headers } of [handOver, movingOn]) {
      expect(headers.get('content-security-policy')).toContain(
        `; frame-ancestors ${ehrPage.origin}`,
      )
    }
  })

  it('are shown in a frame of the EHR’s, and of nobody else’s (SM-06, BC-08)', async (test) => {
    const browser = await givenChromium()
    if (!browser) return test.skip(NO_CHROMIUM)
    // Without scripts the page waits, to be looked at.
    const context = await browser.newContext({ javaScriptEnabled: false })
    const framed = async (site: string) => {
      const page = await context.newPage()
      const said: string[] = []
      page.on('console', (message) => said.push(message.text()))
      await page.goto(`${site}/?launch=${encodeURIComponent(broker.launchUrl())}`)
      const [, frame] = page.frames()
      return { said: said.join('\n'), text: (await frame?.textContent('html')) ?? '' }
    }

    expect((await framed(ehrPage.origin)).text).toContain('Signing you on to Heartline')
    const foreign = await framed(foreignPage.origin)
    expect(foreign.said).toMatch(/frame-ancestors/)
    expect(foreign.text).not.toContain('Heartline')
  })
})
