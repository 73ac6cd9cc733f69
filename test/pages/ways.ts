import type { BrowserContext, Frame, Page } from 'playwright-core'
import type { World } from './given-world.ts'
import type { PageName } from './page-list.ts'

/** The browsers that people come with. */
export interface Browsers {
  readonly scripted: BrowserContext
  /** Scripts are off. */
  readonly scriptless: BrowserContext
  /** In frames no cookie is kept. */
  readonly cookieless: BrowserContext
}

/** A page that is open; in a frame of it, where there is one. */
export interface Opened {
  readonly page: Page
  readonly frame?: Frame
  readonly isScriptless?: true
}

/** Brings a person to a page. */
export type Way = (world: World, browsers: Browsers) => Promise<Opened>

/** How a person comes to pages of one owner. */
export type Ways<Names extends PageName> = Readonly<Record<Names, Way>>

/** Opens an address. */
export async function open(context: BrowserContext, url: string): Promise<Opened> {
  const page = await context.newPage()
  await page.goto(url)
  return { page }
}

/** Opens an address in a frame of the EHR's page, which is another site. */
export async function openFramed(
  context: BrowserContext,
  { framed }: World,
  address: string,
): Promise<Required<Pick<Opened, 'page' | 'frame'>>> {
  const page = await context.newPage()
  // The frame goes on by itself, and its page is not loaded before it stays.
  await page.goto(framed(address), { waitUntil: 'commit' })
  const frame = await (await page.waitForSelector('iframe')).contentFrame()
  if (!frame) throw new Error('There is no frame')
  return { page, frame }
}
