import { bindingCookie, clearBindingCookie, surplusCookies } from '#core/launch/browser-binding.ts'
import {
  type LinkConnection,
  type SignOnByLinkDeps,
  signOnByLink,
} from '#core/signed-link/sign-on-by-link.ts'
import type { HttpResponse } from '#http/http-handler.ts'
import {
  bodyBytes,
  cookies,
  formParameters,
  type HttpRequest,
  queryParameters,
} from '#http/http-request.ts'
import { handOverPage } from '#http/pages/hand-over-page.ts'
import { SIGNED_QUERY_FIELD, signedLinkPage } from '#http/pages/signed-link-page.ts'

export interface OpenSignedLinkDeps extends SignOnByLinkDeps {
  readonly publicBaseUrl: string
}

/** A launch address of a connection whose EHR opens links: signs on, or has the link posted first. */
export async function openSignedLink(
  request: HttpRequest,
  connection: LinkConnection,
  deps: OpenSignedLinkDeps,
): Promise<HttpResponse> {
  const { id, signOn, frameAncestors } = connection
  if (request.httpMethod === 'GET' && signOn.link.format === 'hmac') {
    return signedLinkPage(`${deps.publicBaseUrl}/launch/${id}`, {
      ...(frameAncestors && { frameAncestors }),
    })
  }
  const { handOver, binding } = await signOnByLink(connection, queryOf(request), deps)
  return handOverPage({
    ssoUrl: `${deps.publicBaseUrl}/sso`,
    ...handOver,
    cookies: [bindingCookie(binding), ...surplusCookies(cookies(request)).map(clearBindingCookie)],
  })
}

/** A link that the EHR posts is its form; one that our own page posts is a field of that page's. */
function queryOf(request: HttpRequest): string {
  if (request.httpMethod === 'GET') return queryParameters(request).toString()
  return formParameters(request).get(SIGNED_QUERY_FIELD) ?? bodyBytes(request).toString('latin1')
}
