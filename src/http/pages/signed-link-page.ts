import type { HttpResponse } from '#http/http-handler.ts'
import { html } from './html.ts'
import { inlineScript, type PageOptions, page } from './page.ts'

/** The form's field: the query as the browser has it. */
export const SIGNED_QUERY_FIELD = 'signed_query'

const SUBMIT = inlineScript(
  'document.forms[0].elements[0].value = location.search.slice(1); document.forms[0].submit()',
)

interface SignedLinkPage extends Pick<PageOptions, 'frameAncestors'> {
  /** The EHR that the browser may be sent on to. */
  readonly goesOnTo?: string
}

/**
 * Has the browser post the query of its own address, byte for byte. A signature over those bytes
 * cannot be checked otherwise: API Gateway gives functions the parameters decoded, in no order.
 */
export function signedLinkPage(
  launchUrl: string,
  { goesOnTo, ...options }: SignedLinkPage,
): HttpResponse {
  return page({
    title: 'Opening the app…',
    content: html`<form method="post" action="${launchUrl}">
<input type="hidden" name="${SIGNED_QUERY_FIELD}" value="">
</form>
<noscript><p role="alert">This app opens in a browser that runs scripts. Allow them for this address, then start the app again from the EHR.</p></noscript>`,
    script: SUBMIT,
    // Chromium holds redirects after a form to this too, and an EHR's sign-on leads over several hosts.
    formAction: goesOnTo ? `${launchUrl} ${new URL(goesOnTo).protocol}` : launchUrl,
    ...options,
  })
}
