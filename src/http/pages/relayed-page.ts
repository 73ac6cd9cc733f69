import type { HttpResponse } from '#http/http-handler.ts'
import type { PageOptions } from './page.ts'

export interface RelayedPage extends PageOptions {
  /** As the app sent it. */
  readonly html: string
  /** Of the app: what its page may load from and post to. */
  readonly origins: readonly string[]
}

/**
 * What a sandboxed page may do. `allow-same-origin` is not among it, so the page has an origin of its own
 * that is nobody's: it reads no cookie and no answer of ours, and what it sends us counts as another
 * site's.
 */
const SANDBOX =
  'sandbox allow-scripts allow-forms allow-popups allow-popups-to-escape-sandbox allow-top-navigation-by-user-activation'

/**
 * Shows the page that an app answered the SSO message with, at our address and without our origin.
 *
 * @see [CSP Level 3, sandbox](https://www.w3.org/TR/CSP3/#directive-sandbox)
 */
export function relayedPage({
  html,
  origins,
  frameAncestors,
  cookies = [],
}: RelayedPage): HttpResponse {
  const own = origins.join(' ')
  return {
    statusCode: 200,
    headers: {
      'content-type': 'text/html; charset=utf-8',
      'cache-control': 'no-store',
      'content-security-policy': [
        SANDBOX,
        `default-src ${own} 'unsafe-inline' data:`,
        `form-action ${own || "'none'"}`,
        `base-uri ${own || "'none'"}`,
        ...(frameAncestors ? [`frame-ancestors ${frameAncestors.join(' ') || "'none'"}`] : []),
      ].join('; '),
      'referrer-policy': 'no-referrer',
      'x-content-type-options': 'nosniff',
    },
    ...(cookies.length > 0 && { multiValueHeaders: { 'set-cookie': [...cookies] } }),
    body: html,
  }
}
