import { afterAll, describe, expect, it } from 'vitest'
import { type COOKIES_IN_FRAMES, givenChromiumWith } from '../flow/given-chromium.ts'
import { givenWorld } from '../pages/given-world.ts'
import { openFramed } from '../pages/ways.ts'
import { ROSA } from '../pages/ways-to-broker.ts'
import { axeFindings } from '../support/axe.ts'
import { NO_CHROMIUM } from '../support/chromium.ts'

const world = await givenWorld()
afterAll(() => world.close())
const inTheApp = `${world.sandbox.app.origin}/s/*`

/** A launch from the EHR's page, in a frame of it. */
async function launchFramed(cookies: keyof typeof COOKIES_IN_FRAMES) {
  const context = await givenChromiumWith(cookies)
  if (!context) return undefined
  const opened = await openFramed(context, world, await world.launchUrl(ROSA))
  return { context, ...opened }
}

describe('the demo app in a frame of another site, in Chromium', { timeout: 300_000 }, () => {
  it.for(['all', 'partitioned'] as const)(
    'shows the chart there where it keeps %s cookies, again after a reload, and signs off',
    async (cookies, test) => {
      const launched = await launchFramed(cookies)
      if (!launched) return test.skip(NO_CHROMIUM)
      const { frame } = launched
      await frame.getByRole('button', { name: 'Allow' }).click()
      const patient = frame.getByRole('heading', { level: 1, name: 'Rosa Delgado' })
      await patient.waitFor()
      expect(await frame.locator('tbody tr').count()).toBeGreaterThan(11)

      await frame.goto(frame.url())
      await patient.waitFor()
      await frame.getByRole('button', { name: 'Sign off' }).click()
      await frame.getByRole('heading', { name: 'You are signed off' }).waitFor()
    },
  )

  it('shows it in a window that the broker’s page opens, where no cookie is kept', async (test) => {
    const launched = await launchFramed('none')
    if (!launched) return test.skip(NO_CHROMIUM)
    const { context, frame } = launched
    const opening = context.waitForEvent('page')
    await frame.getByRole('link', { name: 'Open Heartline in a new window' }).click()
    const ownWindow = await opening
    await ownWindow.getByRole('button', { name: 'Allow' }).click()
    await ownWindow.waitForURL(inTheApp)

    expect(await ownWindow.textContent('h1')).toBe('Rosa Delgado')
  })

  it('opens a window itself where its connection goes on without cookies, once', async (test) => {
    await world.goOnWithoutCookies()
    const launched = await launchFramed('none')
    if (!launched) return test.skip(NO_CHROMIUM)
    const { context, frame } = launched
    await frame.getByRole('button', { name: 'Allow' }).click()
    const link = frame.getByRole('link', { name: 'Open Heartline in a new window' })
    await link.waitFor()
    expect(frame.url()).toMatch(/\/s\/\w+$/)
    expect(await axeFindings(frame)).toEqual([])
    const visit = frame.url()
    const used = (await link.getAttribute('href')) ?? ''

    const opening = context.waitForEvent('page')
    await link.click()
    const ownWindow = await opening
    await ownWindow.waitForURL(inTheApp)
    expect(await ownWindow.textContent('h1')).toBe('Rosa Delgado')
    expect(await ownWindow.locator('tbody tr').count()).toBeGreaterThan(11)
    await ownWindow.reload()
    expect(await ownWindow.textContent('h1')).toBe('Rosa Delgado')

    await frame.goto(visit)
    expect(await frame.textContent('h1')).toBe('Start again from your EHR')
    const again = await context.newPage()
    await again.goto(used)
    expect(await again.textContent('h1')).toBe('Start again from your EHR')
  })
})
