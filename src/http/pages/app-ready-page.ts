import type { HttpResponse } from '#http/http-handler.ts'
import { html } from './html.ts'
import { type PageOptions, page } from './page.ts'

export interface AppReadyPage extends PageOptions {
  readonly appName: string
}

/** The end of a sign-on to an app that has no page of its own to show. */
export function appReadyPage({ appName, ...options }: AppReadyPage): HttpResponse {
  return page({
    title: `${appName} is ready`,
    content: html`<p>You are signed on. You can go on in ${appName} now, and close this page.</p>`,
    ...options,
  })
}
