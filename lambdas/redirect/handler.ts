import { presentedHashes } from '#core/launch/browser-binding.ts'
import { type CompleteLaunchDeps, completeLaunch } from '#core/redirect/complete-launch.ts'
import type { HttpHandler } from '#http/http-handler.ts'
import { cookies, navigationParameters } from '#http/http-request.ts'
import { handOverPage } from '#http/pages/hand-over-page.ts'
import { requireNavigation } from '#http/require-navigation.ts'

export interface RedirectHandlerDeps extends CompleteLaunchDeps {
  /** Where the page posts the ticket. */
  readonly ssoUrl: string
}

/** `GET`, `POST /redirect`: the authorization server sends the browser back here. */
export function redirectHandler(deps: RedirectHandlerDeps): HttpHandler {
  return async (request) => {
    requireNavigation(request)
    const { ticket, appName } = await completeLaunch(
      navigationParameters(request),
      presentedHashes(cookies(request)),
      deps,
    )
    return handOverPage({ ssoUrl: deps.ssoUrl, ticket, appName })
  }
}
