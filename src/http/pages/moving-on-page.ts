import type { HttpResponse } from '#http/http-handler.ts'
import { html } from './html.ts'
import { inlineScript, type PageOptions, page } from './page.ts'

export interface MovingOnPage extends PageOptions {
  /** A registered address, or one of a registered origin. */
  readonly location: URL
  readonly appName: string
}

const MOVE_ON = inlineScript("location.replace(document.getElementById('next').href)")

/**
 * Sends the browser on in three ways, as EHRs' embedded browsers do not all follow a redirect: a
 * refresh, a script and a link. The refresh is for browsers without scripts only: the address is
 * often good once, and the two together would open it twice.
 *
 * @throws Error for an address that is not http(s): it would run in our own origin
 */
export function movingOnPage({ location, appName, ...options }: MovingOnPage): HttpResponse {
  if (!/^https?:$/.test(location.protocol)) throw new Error('A page moves on to http(s) only')

  return page({
    title: `Opening ${appName}…`,
    head: html`<noscript><meta http-equiv="refresh" content="0; url=${location.href}"></noscript>`,
    content: html`<p><a id="next" class="action" rel="noreferrer" href="${location.href}">Continue to ${appName}</a></p>`,
    script: MOVE_ON,
    ...options,
  })
}
