import { type Html, html } from '#sandbox/web/html.ts'
import { page } from '#sandbox/web/page.ts'
import { STYLE } from './style.ts'

/** The frame of every page: whose app it is, and who is signed on. */
export function appPage({
  appName,
  title,
  body,
  who,
  isNarrow = false,
  status = 200,
}: {
  readonly appName: string
  readonly title: string
  readonly body: Html
  readonly who?: Html
  readonly isNarrow?: boolean
  readonly status?: number
}): Response {
  return page({
    title: `${title} · ${appName}`,
    style: STYLE,
    status,
    body: html`<header class="bar"><span class="mark" aria-hidden="true">♥</span><strong>${appName}</strong>${who}</header>
<main${isNarrow && html` class="narrow"`}>
${body}
</main>`,
  })
}

/** A page that says one thing. */
export function sentencePage({
  appName,
  title,
  sentence,
  chooseUrl,
  status = 200,
}: {
  readonly appName: string
  readonly title: string
  readonly sentence: string
  /** Where a person may choose their hospital and sign on there. */
  readonly chooseUrl?: string | undefined
  readonly status?: number
}): Response {
  return appPage({
    appName,
    title,
    isNarrow: true,
    status,
    body: html`<section class="card"><h1>${title}</h1><p class="lead">${sentence}</p>${chooseUrl && chooseLink(chooseUrl)}</section>`,
  })
}

/** The way in for whoever has no EHR to start from: the broker's launch picker. */
export function chooseLink(chooseUrl: string): Html {
  return html`<p>Or sign on by yourself: <a href="${chooseUrl}">choose your hospital or clinic</a>.</p>`
}
