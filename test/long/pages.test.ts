import { chromium, type Page } from 'playwright-core'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { PATIENCE_MS, startChromiumWith } from '../flow/given-chromium.ts'
import { givenWorld, type World } from '../pages/given-world.ts'
import { inWindow, lookAt, overflowOf, pictureOf, toJudge } from '../pages/look-at.ts'
import { PAGES, type PageName, pageNames } from '../pages/page-list.ts'
import { keepPictures, readRecord, windowNames } from '../pages/picture-record.ts'
import type { Browsers, Way } from '../pages/ways.ts'
import { WAYS_TO_BROKER } from '../pages/ways-to-broker.ts'
import { WAYS_TO_APP, WAYS_TO_EHR } from '../pages/ways-to-sandbox.ts'
import { axeFindings } from '../support/axe.ts'
import { CHROMIUM_ARGUMENTS, findChromium, NO_CHROMIUM } from '../support/chromium.ts'
import { TAKE_PICTURES_VARIABLE } from '../support/run-variables.ts'

const WAYS: Readonly<Record<PageName, Way>> = { ...WAYS_TO_BROKER, ...WAYS_TO_APP, ...WAYS_TO_EHR }

const isTaking = process.env[TAKE_PICTURES_VARIABLE] !== undefined
// The demo app and the picture of it are in one time zone, wherever this runs.
process.env['TZ'] = 'UTC'

const executablePath = findChromium()
let world: World
let browsers: Browsers

beforeAll(async () => {
  if (!executablePath) return
  world = await givenWorld()
  const browser = await chromium.launch({ executablePath, args: CHROMIUM_ARGUMENTS })
  browsers = {
    scripted: await browser.newContext(),
    scriptless: await browser.newContext({ javaScriptEnabled: false }),
    cookieless: await startChromiumWith('none', executablePath),
  }
  for (const context of Object.values(browsers)) context.setDefaultTimeout(PATIENCE_MS)
})

afterAll(async () => {
  if (!executablePath) return
  await browsers.cookieless.close()
  await browsers.scripted.browser()?.close()
  await world.close()
})

describe.each(pageNames())('the page %s', (name) => {
  it('is accessible at every width, is nowhere wider than its window, and is as its picture shows it', {
    timeout: 300_000,
  }, async (test) => {
    if (!executablePath) return test.skip(NO_CHROMIUM)
    const opened = await WAYS[name](world, browsers)
    const { page, frame } = opened
    const content = frame ?? page
    const heading = content.getByRole('heading', { level: 1, name: PAGES[name].heading })
    await heading.waitFor()
    const look = await lookAt(opened)

    const judged = await toJudge(opened, browsers.scripted)
    const pictures = []
    for (const window of windowNames()) {
      await inWindow(opened, window)
      if (isTaking) pictures.push([window, await pictureOf(opened)] as const)
      expect(await overflowOf(opened), window).toBe(0)
      expect(await axeFindings(judged), window).toEqual([])
    }
    await page.emulateMedia({ colorScheme: 'dark' })
    await inWindow(opened, 'phone')
    expect(await axeFindings(judged), 'dark').toEqual([])
    await Promise.all([page.close(), judged !== content && (judged as Page).close()])

    if (isTaking) keepPictures(name, look, pictures)
    else {
      const { text, style } = readRecord()[name] ?? {}
      expect({ text, style }, 'npm run pictures takes them anew').toEqual(look)
    }
  })
})
