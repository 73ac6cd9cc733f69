import type { HttpResponse } from '#http/http-handler.ts'
import { html } from './html.ts'
import { page } from './page.ts'

/** The end of a sign-off whose provider named no address for our answer. */
export function signedOffPage(): HttpResponse {
  return page({
    title: 'You are signed off',
    content: html`<p>You can close this page.</p>`,
  })
}
