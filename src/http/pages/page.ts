import { createHash } from 'node:crypto'
import type { HttpResponse } from '#http/http-handler.ts'
import { type Html, html } from './html.ts'

/** A constant of this codebase, so that a hash in the policy lets it run and nothing else. */
export interface InlineScript {
  readonly source: string
  /** Its `script-src` source, from {@link inlineScript}. */
  readonly hash: string
}

/** The same for a page's own rules, after those of all pages. */
export interface InlineStyle {
  readonly rules: string
  /** Its `style-src` source, from {@link inlineStyle}. */
  readonly hash: string
}

/** What any page may be given beside what it says. */
export interface PageOptions {
  /** Origins that may show the page in a frame: any when absent, none when empty. */
  readonly frameAncestors?: readonly string[]
  /** `Set-Cookie` values. */
  readonly cookies?: readonly string[]
}

export interface Page extends PageOptions {
  readonly status?: number
  readonly title: string
  /** Goes into `main`, below the title. */
  readonly content: Html
  readonly head?: Html
  readonly script?: InlineScript
  readonly style?: InlineStyle
  /** It shows images, which stand in it as `data:` URLs. */
  readonly hasImages?: boolean
  /** The one address that a form of this page may post to. */
  readonly formAction?: string
  readonly retryAfterSeconds?: number
}

const STYLE = `
:root{color-scheme:light dark;--ground:#f3f6f8;--paper:#fff;--ink:#1c2733;--soft:#51606f;--line:#d5dde4;--act:#1d5b9c;--on-act:#fff}
@media(prefers-color-scheme:dark){:root{--ground:#12161b;--paper:#1b2128;--ink:#e9eef3;--soft:#aab7c4;--line:#3a4550;--act:#93c4ff;--on-act:#0d1b2b}}
body{margin:0;background:var(--ground);color:var(--ink);font:1rem/1.5 system-ui,sans-serif}
main{box-sizing:border-box;max-width:36rem;margin:12vh auto 2rem;padding:1.75rem 2rem;background:var(--paper);border:1px solid var(--line);border-radius:.75rem}
h1{font-size:1.375rem;line-height:1.3;margin:0 0 .75rem;overflow-wrap:anywhere}
p{margin:.75rem 0}
p:last-child{margin-bottom:0}
a{color:var(--act)}
button,.action{display:inline-block;font:inherit;font-weight:600;padding:.55rem 1.5rem;border:1px solid var(--act);border-radius:.5rem;background:var(--act);color:var(--on-act);text-decoration:none;cursor:pointer}
button:disabled{opacity:.6;cursor:default}
:focus-visible{outline:3px solid var(--act);outline-offset:2px}
small{color:var(--soft);overflow-wrap:anywhere}
@media(max-width:38rem){main{margin:1rem;padding:1.25rem}}`

const STYLE_HASH = hashOf(STYLE)

/** Allows a constant script by its hash. It stands in the page as it is, so it never has `</`. */
export function inlineScript(source: string): InlineScript {
  return { source, hash: hashOf(source) }
}

/** Allows constant rules by their hash. */
export function inlineStyle(rules: string): InlineStyle {
  return { rules, hash: hashOf(rules) }
}

/**
 * The one layout of all pages: plain, self-contained, and readable without styles or scripts.
 *
 * Nothing is kept by caches, nothing of the address is told to the next site (RFC 9700 §4.2), and
 * no content of any other site is in it.
 */
export function page(content: Page): HttpResponse {
  const { status = 200, cookies = [], retryAfterSeconds } = content
  return {
    statusCode: status,
    headers: {
      'content-type': 'text/html; charset=utf-8',
      'cache-control': 'no-store',
      'content-security-policy': contentSecurityPolicy(content),
      'referrer-policy': 'no-referrer',
      'x-content-type-options': 'nosniff',
      ...(retryAfterSeconds !== undefined && { 'retry-after': String(retryAfterSeconds) }),
    },
    ...(cookies.length > 0 && { multiValueHeaders: { 'set-cookie': [...cookies] } }),
    body: markup(content),
  }
}

/**
 * EHRs show the app in a frame of theirs, so a page may stand in any frame unless the registry says
 * in whose. There is nothing on these pages that a click would give away.
 */
function contentSecurityPolicy(content: Page): string {
  const { script, style, hasImages, formAction, frameAncestors } = content
  return [
    "default-src 'none'",
    `style-src '${STYLE_HASH}'${style ? ` '${style.hash}'` : ''}`,
    ...(hasImages ? ['img-src data:'] : []),
    ...(script ? [`script-src '${script.hash}'`] : []),
    `form-action ${formAction ?? "'none'"}`,
    "base-uri 'none'",
    ...(frameAncestors ? [`frame-ancestors ${frameAncestors.join(' ') || "'none'"}`] : []),
  ].join('; ')
}

function markup({ title, content, head = html``, script, style }: Page): string {
  const trusted = (markup: string): Html => ({ markup })
  return html`<!doctype html>
<html lang="en">
<head>
<meta charset="utf-8">
<meta name="viewport" content="width=device-width, initial-scale=1">
<title>${title}</title>
<style>${trusted(STYLE)}</style>
${style ? trusted(`<style>${style.rules}</style>`) : ''}
${head}
</head>
<body>
<main>
<h1>${title}</h1>
${content}
</main>
${script ? trusted(`<script>${script.source}</script>`) : ''}
</body>
</html>
`.markup
}

function hashOf(source: string): string {
  return `sha256-${createHash('sha256').update(source).digest('base64')}`
}
