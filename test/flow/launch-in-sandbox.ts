import { formOf, type PlainBrowser, type Visit } from '../support/browser.ts'

/** From the launcher page to the demo app's page of the patient, the clinician's part included. */
export async function launchInSandbox(
  browser: PlainBrowser,
  ehrOrigin: string,
  { clinician = 'helen-brandt', patient = 'rosa-delgado' } = {},
): Promise<Visit> {
  const launched = await browser.submit({
    action: `${ehrOrigin}/launch`,
    fields: { clinician, patient, app: '0' },
  })
  const form = formOf(await browser.follow(launched.location ?? ''))
  const allowed = await browser.submit({ ...form, fields: { ...form.fields, decision: 'allow' } })
  const handOver = await browser.follow(allowed.location ?? '')
  return browser.follow(linkOf(await browser.submit(formOf(handOver))))
}

/** The link that a moving-on page offers to a browser without scripts. */
export function linkOf({ text }: Visit): string {
  return (/<a [^>]*href="([^"]+)"/.exec(text)?.[1] ?? '').replaceAll('&amp;', '&')
}

/** How many observations the demo app's page shows. */
export function rowsOf({ text }: Visit): number {
  return text.match(/<tbody>[\s\S]*<\/tbody>/)?.[0].match(/<tr>/g)?.length ?? 0
}
