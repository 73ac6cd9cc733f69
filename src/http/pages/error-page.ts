import type { ErrorRenderer } from '#http/http-handler.ts'
import { html } from './html.ts'
import { page } from './page.ts'

/**
 * Tells a person what happened, what to do now, and the reference that finds the log line. It shows
 * nothing that the caller sent.
 */
export const errorPage: ErrorRenderer = (error, { requestContext }) =>
  page({
    status: error.status,
    title: 'The app could not be opened',
    content: html`<p role="alert">${error.message}</p>
<p><small>Reference: ${requestContext.requestId}</small></p>`,
    ...(error.retryAfterSeconds !== undefined && { retryAfterSeconds: error.retryAfterSeconds }),
  })
