import { BrokerError } from '#core/errors.ts'
import { clearBindingCookie } from '#core/launch/browser-binding.ts'
import { type CompleteSignOnDeps, completeSignOn } from '#core/sso/complete-sign-on.ts'
import type { HttpHandler } from '#http/http-handler.ts'
import { formParameters, type HttpRequest, headerValues } from '#http/http-request.ts'
import { logFailure } from '#http/log-failure.ts'
import { appReadyPage } from '#http/pages/app-ready-page.ts'
import { movingOnPage } from '#http/pages/moving-on-page.ts'
import { relayedPage } from '#http/pages/relayed-page.ts'
import { presentedBindings } from '#http/presented-bindings.ts'

/** `POST /sso`: the hand-over page sends the ticket here. */
export function ssoHandler(deps: CompleteSignOnDeps): HttpHandler {
  return async (request) => {
    requireSameOrigin(request)
    const referenceId = request.requestContext.requestId
    const { appName, cookieName, frameAncestors, location, page, failure } = await completeSignOn(
      {
        ticket: ticketOf(request),
        cookieHashes: presentedBindings(request),
        referenceId,
      },
      deps,
    )
    if (failure) logFailure(deps.log, failure, referenceId)

    const content = {
      appName,
      cookies: [clearBindingCookie(cookieName)],
      ...(frameAncestors && { frameAncestors }),
    }
    if (page) return relayedPage({ ...content, ...page })
    return location ? movingOnPage({ ...content, location }) : appReadyPage(content)
  }
}

/**
 * Only our own page posts here. `Origin` cannot tell: that page sends no referrer, so it is `null`.
 *
 * @see [Fetch Metadata Request Headers](https://www.w3.org/TR/fetch-metadata/)
 */
function requireSameOrigin(request: HttpRequest): void {
  const sites = headerValues(request, 'sec-fetch-site')
  if (sites.some((site) => site !== 'same-origin')) throw new BrokerError('navigation_required')
}

function ticketOf(request: HttpRequest): string {
  const [ticket, another] = formParameters(request).getAll('ticket')
  if (ticket && another === undefined) return ticket
  throw new BrokerError('ticket_unknown', {
    detail: { parameter: 'ticket', reason: ticket ? 'repeated' : 'missing' },
  })
}
