import type { Html } from './html.ts'
import { html } from './html.ts'

export interface Page {
  readonly title: string
  readonly body: Html
  /** The page's own rules, after the common ones. */
  readonly style: string
  readonly status?: number
  readonly headers?: Readonly<Record<string, string>>
}

/** What all pages share: the system's own fonts, room to breathe, and a visible focus. */
const COMMON_STYLE = `
*{box-sizing:border-box}
body{margin:0;font:16px/1.5 system-ui,-apple-system,"Segoe UI",Roboto,"Helvetica Neue",Arial,sans-serif;color:#1c2733}
h1,h2,p,fieldset,dl,dd,ul,table{margin:0;padding:0}
:focus-visible{outline:3px solid #f2a33a;outline-offset:2px}
.hidden{position:absolute;width:1px;height:1px;overflow:hidden;clip-path:inset(50%)}
`

/**
 * A whole page that fetches nothing and runs no script.
 *
 * `form-action` is left open on purpose: browsers hold the redirect that answers a form to it, and
 * these forms are answered by redirects to other parties.
 */
export function page({ title, body, style, status = 200, headers = {} }: Page): Response {
  const { markup } = html`<!doctype html>
<html lang="en">
<head>
<meta charset="utf-8">
<meta name="viewport" content="width=device-width, initial-scale=1">
<title>${title}</title>
<style>${{ markup: COMMON_STYLE + style }}</style>
</head>
<body>
${body}
</body>
</html>
`
  return new Response(markup, {
    status,
    headers: {
      'content-type': 'text/html; charset=utf-8',
      'content-security-policy': "default-src 'none'; style-src 'unsafe-inline'; base-uri 'none'",
      'cache-control': 'no-store',
      'referrer-policy': 'no-referrer',
      ...headers,
    },
  })
}
