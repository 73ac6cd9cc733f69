import { linkOf } from '../../flow/launch-in-sandbox.ts'
import { formOf, type PlainBrowser } from '../browser.ts'
import type { Step } from './read-guide.ts'

interface Page {
  readonly text: string
  readonly url: string
}

/** What a person does in the browser, where a guide says so: the page that they then have. */
export async function followDeed(
  { kind, name }: Step,
  page: Page,
  browser: PlainBrowser,
  ehrOrigin: string,
): Promise<Page> {
  if (kind === 'reload') return browser.visit(page.url)
  if (kind === 'press') {
    if (!page.text.includes(`<button>${name}</button>`)) throw new Error(`No button ${name}`)
    const { text } = await browser.submit(formOf({ ...page, ...NOTHING_ELSE }))
    return { text, url: page.url }
  }
  const launched = await browser.submit({
    action: `${ehrOrigin}/launch`,
    fields: { clinician: 'helen-brandt', patient: name, app: '0' },
  })
  const consent = formOf(await browser.follow(launched.location ?? ''))
  const fields = { ...consent.fields, decision: 'allow' }
  const allowed = await browser.submit({ ...consent, fields })
  const handOver = await browser.follow(allowed.location ?? '')
  return browser.follow(linkOf(await browser.submit(formOf(handOver))))
}

const NOTHING_ELSE = { status: 200, headers: new Headers(), location: undefined }
