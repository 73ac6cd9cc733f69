import { mkdirSync } from 'node:fs'
import { type Browser, chromium, type Page } from 'playwright-core'
import { onTestFinished } from 'vitest'
import { CHROMIUM_ARGUMENTS, findChromium } from '../support/chromium.ts'

/** Git-ignored; whoever wants to look finds the pages here. */
const SCREENSHOTS = new URL('../../.sallyport/screenshots/', import.meta.url).pathname

/** A Chromium for this test; `undefined` where there is none, for the test to say so. */
export async function givenChromium(): Promise<Browser | undefined> {
  const executablePath = findChromium()
  if (!executablePath) return undefined
  const browser = await chromium.launch({ executablePath, args: CHROMIUM_ARGUMENTS })
  onTestFinished(() => browser.close())
  return browser
}

/** Keeps a picture of the page. */
export async function look(page: Page, name: string): Promise<void> {
  mkdirSync(SCREENSHOTS, { recursive: true })
  await page.screenshot({ path: `${SCREENSHOTS}${name}.png`, fullPage: true })
}

export interface Choice {
  readonly clinician: string
  readonly patient: string
}

/** The person's part at the EHR, up to the page that asks to authorize the app. */
export async function launchFromEhr(page: Page, ehrOrigin: string, choice: Choice): Promise<void> {
  await page.goto(`${ehrOrigin}/`)
  await page.locator(`input[name=clinician][value=${choice.clinician}]`).check({ force: true })
  await page.locator(`input[name=patient][value=${choice.patient}]`).check({ force: true })
  await page.getByRole('button', { name: /launch/i }).click()
  await allowButton(page).waitFor()
}

export function allowButton(page: Page) {
  return page.getByRole('button', { name: /allow/i })
}
