import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { type Browser, type BrowserContext, chromium, type Page } from 'playwright-core'
import { onTestFinished } from 'vitest'
import { CHROMIUM_ARGUMENTS, findChromium } from '../support/chromium.ts'

/** Git-ignored; whoever wants to look finds the pages here. */
const SCREENSHOTS = new URL('../../.sallyport/screenshots/', import.meta.url).pathname

/** A machine that does much else takes its time over a page. */
export const PATIENCE_MS = 90_000

/** A Chromium for this test; `undefined` where there is none, for the test to say so. */
export async function givenChromium(): Promise<Browser | undefined> {
  const executablePath = findChromium()
  if (!executablePath) return undefined
  const browser = await chromium.launch({ executablePath, args: CHROMIUM_ARGUMENTS })
  onTestFinished(() => browser.close())
  return browser
}

/**
 * What a person's settings, or the browser's age, make of cookies in a frame of another site: all are
 * kept, partitioned ones only, or none. In a window of its own each site has its cookies in any case.
 */
export const COOKIES_IN_FRAMES = {
  all: { cookie_controls_mode: 0 },
  partitioned: { cookie_controls_mode: 1, block_third_party_cookies: true },
  none: {
    cookie_controls_mode: 1,
    // Those of the broker's site, below a page of the EHR's.
    content_settings: { exceptions: { cookies: { 'localhost,127.0.0.1': { setting: 2 } } } },
  },
}

/** A Chromium with such settings; `undefined` where there is none. */
export async function givenChromiumWith(
  cookies: keyof typeof COOKIES_IN_FRAMES,
): Promise<BrowserContext | undefined> {
  const executablePath = findChromium()
  if (!executablePath) return undefined
  const context = await startChromiumWith(cookies, executablePath)
  onTestFinished(() => context.close())
  return context
}

/** The same for many tests: whoever starts it closes it. */
export async function startChromiumWith(
  cookies: keyof typeof COOKIES_IN_FRAMES,
  executablePath: string,
): Promise<BrowserContext> {
  const folder = mkdtempSync(join(tmpdir(), 'sallyport-chromium-'))
  mkdirSync(join(folder, 'Default'))
  const preferences = { profile: COOKIES_IN_FRAMES[cookies] }
  writeFileSync(join(folder, 'Default', 'Preferences'), JSON.stringify(preferences))
  const options = { executablePath, args: CHROMIUM_ARGUMENTS }
  const context = await chromium.launchPersistentContext(folder, options)
  context.setDefaultTimeout(PATIENCE_MS)
  // Its processes may still write there while they end.
  const untilTheyHave = { recursive: true, force: true, maxRetries: 50, retryDelay: 100 }
  context.once('close', () => rmSync(folder, untilTheyHave))
  return context
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
