import { ownRedirectUriOf } from '#core/launch/redirect-uri.ts'
import { type CompleteLaunchDeps, completeLaunch } from '#core/redirect/complete-launch.ts'
import { afterSignOn } from '#http/accepted-sign-on.ts'
import type { HttpHandler } from '#http/http-handler.ts'
import { navigationParameters } from '#http/http-request.ts'
import { presentedBindings } from '#http/presented-bindings.ts'
import { requireNavigation } from '#http/require-navigation.ts'

export interface RedirectHandlerDeps extends CompleteLaunchDeps {
  /** Where the page posts the ticket. */
  readonly ssoUrl: string
}

/** `GET`, `POST /redirect` and `/redirect/{registration}`: the authorization server sends the browser back here. */
export function redirectHandler(deps: RedirectHandlerDeps): HttpHandler {
  return async (request) => {
    requireNavigation(request)
    const registration = request.pathParameters?.['registration']
    const accepted = await completeLaunch(
      {
        redirectUri: registration
          ? ownRedirectUriOf(registration, deps.redirectUri)
          : deps.redirectUri,
        parameters: navigationParameters(request),
        cookieHashes: presentedBindings(request),
      },
      deps,
    )
    return afterSignOn(request, accepted, { ssoUrl: deps.ssoUrl })
  }
}
