import { isEhrConnection } from '#core/registry/registry.ts'
import type { LinkConnection } from '#core/signed-link/link-connection.ts'
import { type SignOnByLinkDeps, signOnByLink } from '#core/signed-link/sign-on-by-link.ts'
import { afterSignOn } from '#http/accepted-sign-on.ts'
import type { HttpResponse } from '#http/http-handler.ts'
import { bodyBytes, formParameters, type HttpRequest, queryParameters } from '#http/http-request.ts'
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
      ...(isEhrConnection(connection) && { goesOnTo: connection.fhirBaseUrl }),
      ...(frameAncestors && { frameAncestors }),
    })
  }
  const { accepted, binding } = await signOnByLink(connection, queryOf(request), deps)
  return afterSignOn(request, accepted, { ssoUrl: `${deps.publicBaseUrl}/sso`, binding })
}

/** A link that the EHR posts is its form; one that our own page posts is a field of that page's. */
function queryOf(request: HttpRequest): string {
  if (request.httpMethod === 'GET') return queryParameters(request).toString()
  return formParameters(request).get(SIGNED_QUERY_FIELD) ?? bodyBytes(request).toString('latin1')
}
