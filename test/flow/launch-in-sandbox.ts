import { formOf, type PageForm, type PlainBrowser, type Visit } from '../support/browser.ts'

interface InTheChart {
  readonly clinician?: string
  readonly patient?: string
}

/** From the launcher page to the demo app's page of the patient, the clinician's part included. */
export async function launchInSandbox(
  browser: PlainBrowser,
  ehrOrigin: string,
  who: InTheChart = {},
): Promise<Visit> {
  const ticket = await ticketAfter(browser, await callbackFrom(browser, ehrOrigin, who))
  return takeToApp(browser, ticket)
}

/** A launch up to the EHR's answer: where the browser is sent with the code. */
export async function callbackFrom(
  browser: PlainBrowser,
  ehrOrigin: string,
  { clinician = 'helen-brandt', patient = 'rosa-delgado' }: InTheChart = {},
): Promise<string> {
  const launched = await browser.submit({
    action: `${ehrOrigin}/launch`,
    fields: { clinician, patient, app: '0' },
  })
  const form = formOf(await browser.follow(launched.location ?? ''))
  const allowed = await browser.submit({ ...form, fields: { ...form.fields, decision: 'allow' } })
  const answered = await browser.visit(allowed.location ?? '')
  return answered.location ?? ''
}

/** The form with the ticket that the callback is answered with. */
export async function ticketAfter(browser: PlainBrowser, callback: string): Promise<PageForm> {
  return formOf(await browser.follow(callback))
}

/** From there to the app's page. */
export async function takeToApp(browser: PlainBrowser, ticket: PageForm): Promise<Visit> {
  return browser.follow(linkOf(await browser.submit(ticket)))
}

/** The link that a moving-on page offers to a browser without scripts. */
export function linkOf({ text }: Visit): string {
  return (/<a [^>]*href="([^"]+)"/.exec(text)?.[1] ?? '').replaceAll('&amp;', '&')
}

/** How many observations the demo app's page shows. */
export function rowsOf({ text }: Visit): number {
  return text.match(/<tbody>[\s\S]*<\/tbody>/)?.[0].match(/<tr>/g)?.length ?? 0
}
