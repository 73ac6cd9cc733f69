import type { Secret } from '#core/secret.ts'
import type { HttpResponse } from '#http/http-handler.ts'
import { html } from './html.ts'
import { inlineScript, type PageOptions, page } from './page.ts'

export interface HandOverPage extends PageOptions {
  /** Takes the ticket. */
  readonly ssoUrl: string
  readonly ticket: Secret
  readonly appName: string
}

// The button would take the ticket a second time, so it is off once the script has sent the form.
const SUBMIT = inlineScript(
  "document.querySelector('button').disabled = true; document.forms[0].submit()",
)

/**
 * Carries the ticket from the redirect to the sign-on: in the body of a POST, so that no address,
 * history or log has it. It submits itself, and has a button for browsers without scripts.
 */
export function handOverPage({ ssoUrl, ticket, appName, ...options }: HandOverPage): HttpResponse {
  return page({
    title: `Signing you on to ${appName}…`,
    content: html`<form method="post" action="${ssoUrl}">
<input type="hidden" name="ticket" value="${ticket.reveal()}">
<p><button>Continue to ${appName}</button></p>
</form>`,
    script: SUBMIT,
    formAction: ssoUrl,
    ...options,
  })
}
