import type { Page } from 'playwright-core'
import { afterAll, describe, expect, it } from 'vitest'
import { axeFindings } from '../support/axe.ts'
import { NO_CHROMIUM } from '../support/chromium.ts'
import { allowButton, givenChromium, look, PATIENCE_MS } from './given-chromium.ts'
import { givenSandbox } from './given-sandbox.ts'

const sandbox = await givenSandbox()
afterAll(() => sandbox.close())
const { brokerBase, app } = sandbox

/** Presses Tab until what has the focus is called so, as somebody does who has no mouse. */
async function tabTo(page: Page, name: string): Promise<void> {
  const seen: unknown[] = []
  while (seen.length < 40) {
    await page.keyboard.press('Tab')
    const focused = await page.evaluate<string>(
      `(({ labels, textContent }) => labels?.[0]?.textContent ?? textContent)(document.activeElement)`,
    )
    seen.push(focused)
    if (focused.includes(name)) {
      const outline = await page.evaluate('getComputedStyle(document.activeElement).outlineStyle')
      expect(outline, `the focus on ${name} is seen`).not.toBe('none')
      return
    }
  }
  throw new Error(`${name} is not reached by Tab: ${JSON.stringify(seen)}`)
}

describe('the launch picker in Chromium', () => {
  it('leads from the app’s own page to a sign-on by keyboard alone, without scripts', async (test) => {
    const browser = await givenChromium()
    if (!browser) return test.skip(NO_CHROMIUM)
    const page = await (await browser.newContext({ javaScriptEnabled: false })).newPage()
    page.setDefaultTimeout(PATIENCE_MS)
    const asked: string[] = []
    page.on('request', (request) => {
      if (!request.isNavigationRequest()) asked.push(request.url())
    })

    await page.goto(`${app.origin}/`)
    await tabTo(page, 'choose your hospital')
    await page.keyboard.press('Enter')
    await page.waitForURL(`${brokerBase}/launch/heartline`)
    expect(await page.title()).toBe('Choose your hospital or clinic')

    await tabTo(page, 'Name, city or postal code')
    await page.keyboard.type('nowhere')
    await page.keyboard.press('Enter')
    await page.waitForURL(/search=nowhere/)
    expect(await page.title()).toBe('0 organizations found for “nowhere”')

    await tabTo(page, 'Name, city or postal code')
    await page.keyboard.press('Control+A')
    await page.keyboard.type('springf')
    await page.keyboard.press('Enter')
    await page.waitForURL(/search=springf/)
    expect(await page.title()).toBe('1 organization found for “springf”')
    // What is in the page itself, and the browser's own wish for an icon, is all that is loaded.
    expect(asked.filter((url) => !/^data:|\/favicon\.ico$/.test(url))).toEqual([])

    await tabTo(page, 'Sandbox Hospital')
    await page.keyboard.press('Enter')
    await allowButton(page).waitFor()
    await tabTo(page, 'Allow')
    await page.keyboard.press('Enter')
    await page.getByRole('button', { name: 'Continue to Heartline' }).waitFor()
    await tabTo(page, 'Continue to Heartline')
    await page.keyboard.press('Enter')
    await page.waitForURL(`${app.origin}/s/*`)
    expect(await page.locator('tbody tr').count()).toBeGreaterThan(10)
  })

  it('is accessible in light and dark, at any width, found or not', async (test) => {
    const browser = await givenChromium()
    if (!browser) return test.skip(NO_CHROMIUM)
    const page = await browser.newPage({ viewport: { width: 320, height: 640 } })
    page.setDefaultTimeout(PATIENCE_MS)

    for (const [colorScheme, search] of [
      ['light', ''],
      ['dark', '?search=springf'],
      ['light', '?search=nowhere'],
    ] as const) {
      await page.emulateMedia({ colorScheme })
      await page.goto(`${brokerBase}/launch/heartline${search}`)
      expect(await axeFindings(page), `${search} ${colorScheme}`).toEqual([])
      expect(await page.evaluate('document.documentElement.scrollWidth')).toBe(320)
    }
    await page.goto(`${brokerBase}/launch/heartline`)
    for (const width of [320, 600, 1280]) {
      await page.setViewportSize({ width, height: 640 })
      await look(page, `picker-${width}`)
    }
    const list = page.getByRole('list', { name: 'Organizations' })
    expect(await list.getByRole('link').allTextContents()).toHaveLength(1)
    expect(await page.getByRole('search').getByRole('searchbox').count()).toBe(1)
  })
})
