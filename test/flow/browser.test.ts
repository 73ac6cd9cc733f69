import { describe, expect, it, onTestFinished } from 'vitest'
import { NO_CHROMIUM } from '../support/chromium.ts'
import { allowButton, givenChromium, launchFromEhr, look } from './given-chromium.ts'
import { givenSandbox } from './given-sandbox.ts'

const ROSA = { clinician: 'helen-brandt', patient: 'rosa-delgado' }
const WALTER = { clinician: 'samuel-adeyemi', patient: 'walter-lindqvist' }

async function setup() {
  const browser = await givenChromium()
  if (!browser) return undefined
  const sandbox = await givenSandbox()
  onTestFinished(sandbox.close)
  return { browser, sandbox, inTheApp: `${sandbox.app.origin}/s/*` }
}

describe('a launch in Chromium', () => {
  it('goes from the EHR’s launcher to the patient’s observations, on after a refresh, and to the summary beside them', async (test) => {
    const given = await setup()
    if (!given) return test.skip(NO_CHROMIUM)
    const { browser, sandbox, inTheApp } = given
    const page = await browser.newPage()
    page.setDefaultTimeout(60_000)

    await launchFromEhr(page, sandbox.ehr.origin, ROSA)
    expect(await page.textContent('body')).toContain('Heartline')
    await look(page, 'consent')
    await allowButton(page).click()

    await page.waitForURL(inTheApp)
    await look(page, 'app')
    const rows = await page.locator('tbody tr').count()
    expect(rows).toBeGreaterThan(11)
    expect(await page.textContent('body')).toMatch(/SessionID\s*…[\w-]{4}\s/)

    sandbox.stack.time.advance(90)
    await page.reload()

    expect(await page.locator('tbody tr').count()).toBe(rows)
    expect(page.url()).not.toMatch(/ticket|session/i)

    await page.getByRole('link', { name: 'Show the Clinical Summary beside them' }).click()
    const summary = page.getByRole('region', { name: 'Clinical Summary' })
    await summary.getByRole('heading', { name: 'Problems' }).waitFor()
    await look(page, 'summary')
    expect(await summary.textContent()).toMatch(
      /Type 2 diabetes mellitus[\s\S]*Penicillin G.*Hives/,
    )
    expect(await page.locator('tbody tr').count()).toBe(rows)
    const observations = page.getByRole('region', { name: 'Observations' })
    const [left, right] = [await observations.boundingBox(), await summary.boundingBox()]
    expect(left?.y).toBe(right?.y)
    expect((left?.x ?? 0) + (left?.width ?? 0)).toBeLessThan(right?.x ?? 0)
    expect(page.url()).not.toMatch(/ticket|session/i)
  })

  it('goes without scripts, by the pages’ buttons and links', async (test) => {
    const given = await setup()
    if (!given) return test.skip(NO_CHROMIUM)
    const { browser, sandbox, inTheApp } = given
    const page = await (await browser.newContext({ javaScriptEnabled: false })).newPage()

    await launchFromEhr(page, sandbox.ehr.origin, ROSA)
    await allowButton(page).click()
    await page.getByText('Signing you on to Heartline').waitFor()
    await look(page, 'hand-over')
    await page.getByRole('button', { name: /continue/i }).click()
    // The meta refresh may be quicker than a click on the link that stands beside it.
    await page.waitForURL(inTheApp)

    expect(await page.locator('tbody tr').count()).toBeGreaterThan(11)
  })

  it('shows a plain page when the redirect is opened again, also in another browser', async (test) => {
    const given = await setup()
    if (!given) return test.skip(NO_CHROMIUM)
    const { browser, sandbox, inTheApp } = given
    const context = await browser.newContext()
    const page = await context.newPage()
    const redirects: string[] = []
    page.on('request', (request) => {
      if (request.url().startsWith(`${sandbox.brokerBase}/redirect?`)) redirects.push(request.url())
    })

    await launchFromEhr(page, sandbox.ehr.origin, ROSA)
    await allowButton(page).click()
    await page.waitForURL(inTheApp)
    const [back = ''] = redirects

    const again = await context.newPage()
    await again.goto(back)
    expect(await again.textContent('main')).toMatch(/already used/)
    await look(again, 'already-used')

    const other = await (await browser.newContext()).newPage()
    await other.goto(back)
    expect(await other.textContent('main')).toMatch(/already used/)
    expect(await other.textContent('main')).toMatch(/Reference: [\w-]{8,}/)
  })

  it('never mixes with another beside it, of another clinician about another patient', async (test) => {
    const given = await setup()
    if (!given) return test.skip(NO_CHROMIUM)
    const { browser, sandbox, inTheApp } = given
    const context = await browser.newContext()
    const [first, second] = [await context.newPage(), await context.newPage()]

    await launchFromEhr(first, sandbox.ehr.origin, ROSA)
    await launchFromEhr(second, sandbox.ehr.origin, WALTER)
    for (const page of [second, first]) {
      await allowButton(page).click()
      await page.waitForURL(inTheApp)
    }
    await Promise.all([first.reload(), second.reload()])

    expect(await first.textContent('body')).toMatch(/Helen Brandt[\s\S]*Rosa Delgado/)
    expect(await second.textContent('body')).toMatch(/Samuel Adeyemi[\s\S]*Walter Lindqvist/)
    expect(await first.textContent('body')).not.toMatch(/Adeyemi|Lindqvist/)
    expect(await second.textContent('body')).not.toMatch(/Brandt|Delgado/)
    expect(await first.title()).toContain('Rosa Delgado')

    const keptUrl = first.url()
    await first.getByRole('button', { name: 'Sign off' }).click()
    await first.getByRole('heading', { name: 'You are signed off' }).waitFor()
    await look(first, 'signed-off')
    await first.goto(keptUrl)
    expect(await first.textContent('main')).toMatch(/Start again.*Launch Heartline again/s)
    await second.reload()
    expect(await second.textContent('body')).toMatch(/Samuel Adeyemi[\s\S]*Walter Lindqvist/)

    await launchFromEhr(first, sandbox.ehr.origin, ROSA)
    await allowButton(first).click()
    await first.waitForURL(inTheApp)
    expect(first.url()).not.toBe(keptUrl)
    expect(await first.locator('tbody tr').count()).toBeGreaterThan(11)
  })
})
