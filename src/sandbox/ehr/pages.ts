import { type Html, html } from '#sandbox/web/html.ts'
import { page } from '#sandbox/web/page.ts'
import { EHR_STYLE } from './style.ts'

/** A page of the EHR, under its own bar. */
export function ehrPage({
  title,
  body,
  isNarrow = false,
  status = 200,
}: {
  readonly title: string
  readonly body: Html
  readonly isNarrow?: boolean
  readonly status?: number
}): Response {
  return page({
    title: `${title} · Sandbox EHR`,
    style: EHR_STYLE,
    status,
    body: html`<header class="bar">
<span class="mark" aria-hidden="true">S</span><strong>Sandbox EHR</strong>
<small>Made-up people, for development</small>
</header>
<main${isNarrow && html` class="narrow"`}>
${body}
</main>`,
  })
}

/** What a person sees when a request cannot go on. */
export function errorPage(problem: string, status = 400): Response {
  return ehrPage({
    title: 'This did not work',
    isNarrow: true,
    status,
    body: html`<h1>This did not work</h1>
<p class="lead">${problem.charAt(0).toUpperCase() + problem.slice(1)}.</p>
<p><a href="/">Back to the launcher</a></p>`,
  })
}
