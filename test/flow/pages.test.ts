import type { Page } from 'playwright-core'
import { afterAll, describe, expect, it } from 'vitest'
import { axeFindings } from '../support/axe.ts'
import { NO_CHROMIUM } from '../support/chromium.ts'
import { givenBroker } from './given-broker.ts'
import { givenChromium, look } from './given-chromium.ts'

const broker = await givenBroker()
afterAll(() => broker.close())

interface PageSeen {
  /** Brings a person to the page. */
  readonly go: (page: Page) => Promise<unknown>
  readonly heading: string
  /** What there is to press, by its accessible name. */
  readonly control?: { readonly role: 'button' | 'link'; readonly name: string }
}

const launch = (page: Page) => page.goto(broker.launchUrl(), { waitUntil: 'commit' })

/** Each page as a person meets it; the way on from one that goes on by itself is held shut. */
const PAGES: Readonly<Record<string, PageSeen>> = {
  'hand-over': {
    async go(page) {
      await page.route('**/sso', (route) => route.fulfill({ status: 204 }))
      await launch(page)
    },
    heading: 'Signing you on to Heartline…',
    control: { role: 'button', name: 'Continue to Heartline' },
  },
  'moving-on': {
    async go(page) {
      await page.route('**/welcome', (route) => route.fulfill({ status: 204 }))
      await launch(page)
    },
    heading: 'Opening Heartline…',
    control: { role: 'link', name: 'Continue to Heartline' },
  },
  'app-ready': {
    async go(page) {
      broker.app.answer((response) => response.writeHead(204).end())
      await launch(page)
      await page.getByText('You are signed on.').waitFor()
      const location = `${broker.app.origin}/welcome`
      broker.app.answer((response) => response.writeHead(302, { location }).end())
    },
    heading: 'Heartline is ready',
  },
  error: {
    go: (page) => page.goto(broker.launchUrl({ iss: 'https://other.example' })),
    heading: 'The app could not be opened',
  },
}

describe.each(Object.entries(PAGES))(
  'the %s page in Chromium',
  (name, { go, heading, control }) => {
    it('is accessible in light and dark, when narrow, and by keyboard, and asks no other site', async (test) => {
      const browser = await givenChromium()
      if (!browser) return test.skip(NO_CHROMIUM)
      const page = await browser.newPage({ viewport: { width: 320, height: 480 } })
      const asked: string[] = []
      page.on('request', (request) => {
        if (!request.isNavigationRequest()) asked.push(new URL(request.url()).origin)
      })
      await go(page)
      await page.getByRole('heading', { level: 1, name: heading }).waitFor()

      for (const colorScheme of ['light', 'dark'] as const) {
        await page.emulateMedia({ colorScheme })
        await look(page, `${name}-${colorScheme}`)
        expect(await axeFindings(page), colorScheme).toEqual([])
      }
      expect(await page.title()).toBe(heading)
      expect(await page.evaluate('document.documentElement.scrollWidth')).toBe(320)
      expect(asked.filter((origin) => origin !== new URL(broker.base).origin)).toEqual([])

      if (!control) return
      const element = page.getByRole(control.role, { name: control.name })
      expect(await element.count()).toBe(1)
      // The script has sent the form and put its button out of use, so that it is not sent twice.
      await element.evaluate((button) => button.removeAttribute('disabled'))
      await page.keyboard.press('Tab')
      expect(await page.evaluate('document.activeElement.textContent')).toBe(control.name)
      expect(await page.evaluate('getComputedStyle(document.activeElement).outlineStyle')).not.toBe(
        'none',
      )
      expect(await axeFindings(page)).toEqual([])
    })
  },
)

describe('an error page', () => {
  it('says what happened, what to do now, and a reference, and shows nothing that was sent', async (test) => {
    const browser = await givenChromium()
    if (!browser) return test.skip(NO_CHROMIUM)
    const page = await browser.newPage({ javaScriptEnabled: false })
    await page.goto(broker.launchUrl({ iss: 'https://other.example/<b>sent</b>' }))

    expect(await page.getByRole('alert').textContent()).toBe(
      'This app is not set up for your EHR. Contact your administrator.',
    )
    expect(await page.getByText(/^Reference: [0-9a-f-]{36}$/).count()).toBe(1)
    expect(await page.textContent('body')).not.toContain('sent')
  })
})
