import { afterAll, describe, expect, it } from 'vitest'
import { CHARTS } from '#sandbox/ehr/data/charts.ts'
import {
  allowButton,
  givenChromium,
  launchFromEhr,
  look,
  PATIENCE_MS,
} from '../flow/given-chromium.ts'
import { givenSandbox } from '../flow/given-sandbox.ts'
import { axeFindings } from '../support/axe.ts'
import { NO_CHROMIUM } from '../support/chromium.ts'

/** Whoever comes to the sandbox EHR without a launch. */
const FIRST_PATIENT = `${CHARTS[0]?.given[0]} ${CHARTS[0]?.family}`

const sandbox = await givenSandbox()
afterAll(() => sandbox.close())
const { app, ehr } = sandbox

describe('the demo app in Chromium', () => {
  it('has no page with an accessibility violation, from its first to a new launch and a sign-off', async (test) => {
    const browser = await givenChromium()
    if (!browser) return test.skip(NO_CHROMIUM)
    const page = await browser.newPage()
    page.setDefaultTimeout(PATIENCE_MS)
    const check = async (name: string, heading: string) => {
      await page.getByRole('heading', { level: 1, name: heading }).waitFor()
      await look(page, `demo-app-${name}`)
      expect(await axeFindings(page), name).toEqual([])
    }

    await page.goto(`${app.origin}/`)
    await check('start', 'Start from your EHR')
    await launchFromEhr(page, ehr.origin, { clinician: 'helen-brandt', patient: 'amara-osei' })
    await allowButton(page).click()
    await check('visit', 'Amara Osei')

    // Longer than a session may be idle.
    sandbox.stack.time.advance(3_700)
    await page.reload()
    await check('session-over', 'Your session is over')
    await page.getByRole('link', { name: 'choose your hospital or clinic' }).click()
    await page.getByRole('link', { name: 'Sandbox Hospital' }).click()
    await allowButton(page).click()
    await page.getByRole('heading', { level: 1, name: FIRST_PATIENT }).waitFor()
    await page.getByRole('button', { name: 'Sign off' }).click()
    await check('signed-off', 'You are signed off')
  })
})
