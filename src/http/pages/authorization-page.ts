import type { HttpResponse } from '#http/http-handler.ts'
import { html, joined } from './html.ts'
import { inlineScript, page } from './page.ts'

const SUBMIT = inlineScript('document.forms[0].submit()')

/**
 * Carries a long authorization request to the authorization server: in the body of a POST, which has
 * no limit that an address has (SM-30). It submits itself, and has a button for browsers without
 * scripts.
 */
export function authorizationPage({
  endpoint,
  parameters,
  cookies,
}: {
  readonly endpoint: string
  readonly parameters: Readonly<Record<string, string>>
  readonly cookies: readonly string[]
}): HttpResponse {
  const fields = Object.entries(parameters).map(
    ([name, value]) => html`<input type="hidden" name="${name}" value="${value}">`,
  )
  return page({
    title: 'Going to the sign-on of your EHR…',
    content: html`<form method="post" action="${endpoint}">
${joined(fields)}
<p><button>Continue</button></p>
</form>`,
    script: SUBMIT,
    // Chromium holds redirects after a form to this too, and sign-ons lead over several hosts.
    formAction: new URL(endpoint).protocol,
    cookies,
  })
}
