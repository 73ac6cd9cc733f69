import type { AuthorizationRedirect } from '#core/launch/begin-launch.ts'
import {
  bindingCookie,
  clearBindingCookie,
  type MintedBinding,
  surplusCookies,
} from '#core/launch/browser-binding.ts'
import type { AcceptedSignOn } from '#core/sign-on/accept-sign-on.ts'
import type { HttpResponse } from './http-handler.ts'
import { cookies, type HttpRequest } from './http-request.ts'
import { authorizationPage } from './pages/authorization-page.ts'
import { handOverPage } from './pages/hand-over-page.ts'

/** The browser goes to the authorization server, with the launch's cookie. */
export function toAuthorization(
  request: HttpRequest,
  { url, form, binding }: AuthorizationRedirect,
): HttpResponse {
  const setCookies = binding ? newCookies(request, binding) : []
  if (form) return authorizationPage({ ...form, cookies: setCookies })
  return {
    statusCode: 303,
    headers: {
      location: url.href,
      'cache-control': 'no-store',
      'referrer-policy': 'no-referrer',
    },
    ...(setCookies.length > 0 && { multiValueHeaders: { 'set-cookie': setCookies } }),
    body: '',
  }
}

/**
 * What the browser gets after a sign-on that brought no tokens.
 *
 * @param binding of a browser that had no cookie yet
 */
export function afterSignOn(
  request: HttpRequest,
  accepted: AcceptedSignOn,
  { ssoUrl, binding }: { readonly ssoUrl: string; readonly binding?: MintedBinding },
): HttpResponse {
  if ('authorization' in accepted) return toAuthorization(request, accepted.authorization)
  return handOverPage({
    ssoUrl,
    ...accepted.handOver,
    ...(binding && { cookies: newCookies(request, binding) }),
  })
}

function newCookies(request: HttpRequest, binding: MintedBinding): string[] {
  return [bindingCookie(binding), ...surplusCookies(cookies(request)).map(clearBindingCookie)]
}
