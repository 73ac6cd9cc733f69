import type { BrowserContext } from 'playwright-core'
import { afterAll, describe, expect, it } from 'vitest'
import { axeFindings } from '../support/axe.ts'
import { formOf, plainBrowser } from '../support/browser.ts'
import { NO_CHROMIUM } from '../support/chromium.ts'
import { serve } from '../support/http-server.ts'
import { givenBroker } from './given-broker.ts'
import { givenChromium, givenChromiumWith, look } from './given-chromium.ts'

/** A page of some site, with a launch in a frame. */
const framing = () =>
  serve(({ url }, response) => {
    const launch = new URL(url ?? '', 'http://127.0.0.1').searchParams.get('launch') ?? ''
    response
      .writeHead(200, { 'content-type': 'text/html' })
      .end(`<iframe width="560" height="400" src="${launch.replaceAll('&', '&amp;')}"></iframe>`)
  })

/** Sets a cookie of each kind, and says which of them come back. */
const cookieSetting = () =>
  serve(({ url, headers }, response) => {
    if (url === '/') {
      const attributes = 'Path=/; Secure; HttpOnly; SameSite=None'
      const cookies = [`plain=1; ${attributes}`, `partitioned=1; ${attributes}; Partitioned`]
      response.writeHead(303, { location: '/kept', 'set-cookie': cookies }).end()
    } else response.writeHead(200).end(`kept: ${headers.cookie ?? 'none'}`)
  })

const [ehrPage, foreignPage, cookiePage] = await Promise.all([
  framing(),
  framing(),
  cookieSetting(),
])
const broker = await givenBroker({
  frameAncestors: [ehrPage.origin],
  withoutCookies: 'weaker-binding',
})
afterAll(() => Promise.all([broker, ehrPage, foreignPage, cookiePage].map((one) => one.close())))

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

/** An address in a frame of the EHR's page, which is another site than the broker. */
async function framed(context: BrowserContext, address: string) {
  const page = await context.newPage()
  // The frame goes on by itself, and its page is not loaded before it stays.
  const url = `${ehrPage.origin}/?launch=${encodeURIComponent(address)}`
  await page.goto(url, { waitUntil: 'commit' })
  const frame = await (await page.waitForSelector('iframe')).contentFrame()
  if (!frame) throw new Error('There is no frame')
  return { page, frame }
}

/** Which cookies this browser keeps for the broker's site in a frame: cookies do not know ports. */
async function keptInFrame(context: BrowserContext): Promise<string | undefined> {
  const site = cookiePage.origin.replace('127.0.0.1', 'localhost')
  const { page, frame } = await framed(context, `${site}/`)
  await frame.waitForURL('**/kept')
  const kept = await frame.textContent('body')
  await page.close()
  return kept ?? undefined
}

const ofOther = () => broker.launchUrl({ key: 'general-other', iss: broker.otherEhrBase })

describe('a launch in a frame of another site, in Chromium', () => {
  it.for([
    ['all', 'kept: plain=1; partitioned=1'],
    ['partitioned', 'kept: partitioned=1'],
  ] as const)(
    'goes through where it keeps %s cookies, by its own (SM-06)',
    async ([cookies, kept], test) => {
      const context = await givenChromiumWith(cookies)
      if (!context) return test.skip(NO_CHROMIUM)
      expect(await keptInFrame(context)).toBe(kept)

      const told = broker.app.messages.length
      const { frame } = await framed(context, broker.launchUrl())
      await frame.waitForURL(`${broker.app.origin}/welcome`)
      expect(broker.app.messages).toHaveLength(told + 1)
      expect(broker.logLines().join('')).not.toContain('FramesWithoutCookies')
    },
  )

  it('opens in a new window where none is kept, or goes on bound less well, as its connection says (SM-06)', async (test) => {
    const context = await givenChromiumWith('none')
    if (!context) return test.skip(NO_CHROMIUM)
    expect(await keptInFrame(context)).toBe('kept: none')

    const { page, frame } = await framed(context, broker.launchUrl())
    await page.setViewportSize({ width: 600, height: 480 })
    const link = frame.getByRole('link', { name: 'Open Heartline in a new window' })
    await link.waitFor()
    await look(page, 'new-window')
    expect(await axeFindings(frame)).toEqual([])
    const opened = context.waitForEvent('page')
    await link.click()
    const ownWindow = await opened
    await ownWindow.waitForURL(`${broker.app.origin}/welcome`)

    const weaker = await framed(context, ofOther())
    await weaker.frame.waitForURL(`${broker.otherApp.origin}/welcome`)
    const counted = broker.logLines().filter((line) => line.includes('FramesWithoutCookies'))
    expect(counted.map((line) => /"outcome":"([\w-]+)"/.exec(line)?.[1])).toEqual([
      'new-window',
      'weaker-binding',
    ])
  })
})
