import type { HttpResponse } from '#http/http-handler.ts'
import { html } from './html.ts'
import { inlineScript, type PageOptions, page } from './page.ts'

/** The form's field: the query as the browser has it. */
export const SIGNED_QUERY_FIELD = 'signed_query'

const SUBMIT = inlineScript(
  'document.forms[0].elements[0].value = location.search.slice(1); document.forms[0].submit()',
)

/**
 * Has the browser post the query of its own address, byte for byte. A signature over those bytes
 * cannot be checked otherwise: API Gateway gives functions the parameters decoded, in no order.
 */
export function signedLinkPage(
  launchUrl: string,
  options: Pick<PageOptions, 'frameAncestors'>,
): HttpResponse {
  return page({
    title: 'Opening the app…',
    content: html`<form method="post" action="${launchUrl}">
<input type="hidden" name="${SIGNED_QUERY_FIELD}" value="">
</form>
<noscript><p role="alert">This app opens in a browser that runs scripts. Allow them for this address, then start the app again from the EHR.</p></noscript>`,
    script: SUBMIT,
    formAction: launchUrl,
    ...options,
  })
}
