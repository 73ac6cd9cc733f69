import type { HttpResponse } from '#http/http-handler.ts'
import { html } from './html.ts'
import { type PageOptions, page } from './page.ts'

interface NewWindowPage extends Pick<PageOptions, 'frameAncestors'> {
  readonly appName: string
  /** The launch again, which has cookies in a window of its own. */
  readonly launchUrl: string
}

/**
 * The way on for a launch in a frame where the browser keeps no cookie. A person opens the window, as
 * browsers open none by themselves.
 */
export function newWindowPage({ appName, launchUrl, ...options }: NewWindowPage): HttpResponse {
  return page({
    title: `${appName} opens in a window of its own`,
    content: html`<p>This browser keeps no cookies for ${appName} inside another page, and you cannot be signed on safely without.</p>
<p><a class="action" href="${launchUrl}" target="_blank" rel="noopener noreferrer">Open ${appName} in a new window</a></p>`,
    ...options,
  })
}
