import { mkdirSync } from 'node:fs'
import { chromium, type Page } from 'playwright-core'
import { describe, expect, it, onTestFinished } from 'vitest'
import { CHROMIUM_ARGUMENTS, findChromium, NO_CHROMIUM } from '../support/chromium.ts'
import { givenSandbox } from './given-sandbox.ts'

/** Git-ignored; whoever wants to look finds the pages here. */
const SCREENSHOTS = new URL('../../.sallyport/screenshots/', import.meta.url).pathname

async function givenBrowser(executablePath: string) {
  const browser = await chromium.launch({ executablePath, args: CHROMIUM_ARGUMENTS })
  onTestFinished(() => browser.close())
  return browser
}

async function look(page: Page, name: string) {
  mkdirSync(SCREENSHOTS, { recursive: true })
  await page.screenshot({ path: `${SCREENSHOTS}${name}.png`, fullPage: true })
}

describe('a launch in Chromium', () => {
  it('goes from the EHR’s launcher to the patient’s observations, and on after a refresh', async (test) => {
    const executablePath = findChromium()
    if (!executablePath) return test.skip(NO_CHROMIUM)
    const { stack, ehr, app, close } = await givenSandbox()
    onTestFinished(close)
    const page = await (await givenBrowser(executablePath)).newPage()

    await page.goto(`${ehr.origin}/`)
    await look(page, '1-launcher')
    await page.locator('input[name=clinician]').first().check({ force: true })
    await page.locator('input[name=patient]').first().check({ force: true })
    await page.getByRole('button', { name: /launch/i }).click()

    await page.getByRole('button', { name: /allow/i }).waitFor()
    expect(await page.textContent('body')).toContain('Heartline')
    await look(page, '2-consent')
    await page.getByRole('button', { name: /allow/i }).click()

    await page.waitForURL(`${app.origin}/s/*`)
    await look(page, '3-app')
    const rows = await page.locator('tbody tr').count()
    expect(rows).toBeGreaterThan(11)
    expect(await page.textContent('body')).toMatch(/SessionID\s*…[\w-]{4}\s/)

    stack.time.advance(90)
    await page.reload()

    expect(await page.locator('tbody tr').count()).toBe(rows)
    expect(page.url()).not.toMatch(/ticket|session/i)
  })

  it('goes without scripts, by the pages’ buttons and links', async (test) => {
    const executablePath = findChromium()
    if (!executablePath) return test.skip(NO_CHROMIUM)
    const { ehr, app, close } = await givenSandbox()
    onTestFinished(close)
    const browser = await givenBrowser(executablePath)
    const context = await browser.newContext({ javaScriptEnabled: false })
    const page = await context.newPage()

    await page.goto(`${ehr.origin}/`)
    await page.locator('input[name=clinician]').first().check({ force: true })
    await page.locator('input[name=patient]').first().check({ force: true })
    await page.getByRole('button', { name: /launch/i }).click()
    await page.getByRole('button', { name: /allow/i }).click()
    await page.getByText('Signing you on to Heartline').waitFor()
    await look(page, '4-hand-over-without-scripts')
    await page.getByRole('button', { name: /continue/i }).click()
    // The meta refresh may be quicker than a click on the link that stands beside it.
    await page.waitForURL(`${app.origin}/s/*`)

    expect(await page.locator('tbody tr').count()).toBeGreaterThan(11)
  })

  it('shows a plain page when the redirect is opened again, also in another browser', async (test) => {
    const executablePath = findChromium()
    if (!executablePath) return test.skip(NO_CHROMIUM)
    const { ehr, brokerBase, app, close } = await givenSandbox()
    onTestFinished(close)
    const browser = await givenBrowser(executablePath)
    const context = await browser.newContext()
    const page = await context.newPage()
    const redirects: string[] = []
    page.on('request', (request) => {
      if (request.url().startsWith(`${brokerBase}/redirect?`)) redirects.push(request.url())
    })

    await page.goto(`${ehr.origin}/`)
    await page.locator('input[name=clinician]').first().check({ force: true })
    await page.locator('input[name=patient]').first().check({ force: true })
    await page.getByRole('button', { name: /launch/i }).click()
    await page.getByRole('button', { name: /allow/i }).click()
    await page.waitForURL(`${app.origin}/s/*`)
    const [back = ''] = redirects

    const again = await context.newPage()
    await again.goto(back)
    expect(await again.textContent('main')).toMatch(/already used/)
    await look(again, '5-used')

    const other = await (await browser.newContext()).newPage()
    await other.goto(back)
    expect(await other.textContent('main')).toMatch(/already used/)
    expect(await other.textContent('main')).toMatch(/Reference: [\w-]{8,}/)
  })
})
