import { presentedHashes } from '#core/launch/browser-binding.ts'
import { ownRedirectUriOf } from '#core/launch/redirect-uri.ts'
import { type CompleteLaunchDeps, completeLaunch } from '#core/redirect/complete-launch.ts'
import type { HttpHandler } from '#http/http-handler.ts'
import { cookies, navigationParameters } from '#http/http-request.ts'
import { handOverPage } from '#http/pages/hand-over-page.ts'
import { requireNavigation } from '#http/require-navigation.ts'

export interface RedirectHandlerDeps extends CompleteLaunchDeps {
  /** The common redirect URI, `{base}/redirect`. */
  readonly redirectUri: string
  /** Where the page posts the ticket. */
  readonly ssoUrl: string
}

/** `GET`, `POST /redirect` and `/redirect/{registration}`: the authorization server sends the browser back here. */
export function redirectHandler(deps: RedirectHandlerDeps): HttpHandler {
  return async (request) => {
    requireNavigation(request)
    const registration = request.pathParameters?.['registration']
    const handOver = await completeLaunch(
      {
        redirectUri: registration
          ? ownRedirectUriOf(registration, deps.redirectUri)
          : deps.redirectUri,
        parameters: navigationParameters(request),
        cookieHashes: presentedHashes(cookies(request)),
      },
      deps,
    )
    return handOverPage({ ssoUrl: deps.ssoUrl, ...handOver })
  }
}
