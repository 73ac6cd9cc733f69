import { createHash } from 'node:crypto'
import type { BrowserContext, Page } from 'playwright-core'
import { WINDOWS, type WindowName } from './page-list.ts'
import type { Opened } from './ways.ts'

/** A page longer than this is cut off in its picture. */
const TALLEST = 900

/** What a page says and how it looks, but for what is another at each visit. */
export interface Look {
  readonly text: string
  /** SHA-256 of its rules. */
  readonly style: string
}

/**
 * Puts the same in the place of what is another at each visit: reference ids, the end of a SessionID,
 * times. Charts count back from when the sandbox began, so all times of a page are moved alike; what
 * they have of the last year are days that count back too.
 */
const STEADY = `(() => {
  const TIME = /[A-Z][a-z]{2} \\d{1,2}, \\d{4}, \\d{1,2}:\\d{2}\\s[AP]M/g
  const FIRST = Date.UTC(2026, 0, 15, 9, 40)
  const parse = (time) => Date.parse(time.replace(/\\s(?=[AP]M)/, ' ') + ' UTC')
  const format = new Intl.DateTimeFormat('en-US', { dateStyle: 'medium', timeStyle: 'short', timeZone: 'UTC' })
  for (const { firstChild, textContent } of document.querySelectorAll('dt')) {
    const said = firstChild.parentElement.nextElementSibling
    if (textContent === 'Ends') said.textContent = format.format(FIRST + 3_600_000)
    if (textContent === 'SessionID') said.textContent = '…Zk3w'
  }
  let shift
  const walker = document.createTreeWalker(document.body, NodeFilter.SHOW_TEXT)
  while (walker.nextNode()) {
    const { currentNode: node } = walker
    if (node.parentElement.tagName === 'DD') continue
    node.data = node.data
      .replace(/(Reference: )[\\w-]{36}/, '$12f6b1c9e-8d3a-4f57-9a40-5c1e7b2d6a83')
      .replace(/\\d{4}-\\d{2}-\\d{2}/g, (date) => Date.parse(date) > Date.now() - 400 * 86_400_000 ? '2025-12-06' : date)
      .replace(TIME, (time) => {
        shift ??= FIRST - parse(time)
        return format.format(parse(time) + shift)
      })
  }
  document.activeElement?.blur()
})()`

const LOOK = `({
  text: document.body.innerText.replace(/\\s*\\n\\s*/g, '\\n').trim(),
  style: [...document.querySelectorAll('style')].map(({ textContent }) => textContent).join('\\n'),
})`

/** Looks at an open page, and makes it the same at each visit. */
export async function lookAt({ page, frame }: Opened): Promise<Look> {
  const shown = frame ?? page
  await page.setViewportSize(WINDOWS.desktop)
  await shown.evaluate(STEADY)
  const { text, style } = await shown.evaluate<Look>(LOOK)
  return { text, style: sha256(style) }
}

/** The page in a window so wide, and as high as it is. */
export async function inWindow({ page, frame }: Opened, name: WindowName): Promise<void> {
  await page.setViewportSize(WINDOWS[name])
  const tall = await heightOf({ page, ...(frame && { frame }) })
  const { width, height } = WINDOWS[name]
  if (tall > height) await page.setViewportSize({ width, height: tall })
}

export async function pictureOf({ page }: Opened): Promise<Buffer> {
  const { width, height } = page.viewportSize() ?? WINDOWS.desktop
  const clip = { x: 0, y: 0, width, height: Math.min(height, TALLEST) }
  return page.screenshot({ clip, animations: 'disabled', caret: 'hide' })
}

/**
 * Where to judge an open page: a copy in a browser whose scripts run, for one that was opened without,
 * as axe-core is a script.
 */
export async function toJudge({ page, frame, isScriptless }: Opened, scripted: BrowserContext) {
  if (!isScriptless) return frame ?? page
  const copy = await scripted.newPage()
  const shown = (await page.content()).replaceAll('noscript>', 'div>')
  await copy.setContent(shown.replace(/<script>.*<\/script>/s, ''))
  return copy
}

/** How much wider the page is than its window, in CSS pixels. */
export async function overflowOf({ page, frame }: Opened): Promise<number> {
  return (frame ?? page).evaluate<number>(
    'document.documentElement.scrollWidth - document.documentElement.clientWidth',
  )
}

function heightOf({ page, frame }: Opened): Promise<number> {
  return (frame ?? (page as Page)).evaluate<number>('document.documentElement.scrollHeight')
}

export function sha256(content: string | Buffer): string {
  return createHash('sha256').update(content).digest('hex')
}
