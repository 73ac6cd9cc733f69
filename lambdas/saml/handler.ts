import { BrokerError } from '#core/errors.ts'
import {
  bindingCookie,
  clearBindingCookie,
  presentedHashes,
  surplusCookies,
} from '#core/launch/browser-binding.ts'
import { type BeginSignOnDeps, beginSignOn } from '#core/saml/begin-sign-on.ts'
import { type CompleteSamlSignOnDeps, completeSamlSignOn } from '#core/saml/complete-sign-on.ts'
import { findSamlConnection } from '#core/saml/find-saml-connection.ts'
import { type SamlLogOutDeps, samlLogOut } from '#core/saml/log-out.ts'
import { serviceProviderMetadata } from '#core/saml/metadata.ts'
import { refused } from '#core/saml/refuse.ts'
import { type SamlKeys, samlCertificates } from '#core/saml/saml-keys.ts'
import { serviceProvider } from '#core/saml/saml-settings.ts'
import { afterSignOn } from '#http/accepted-sign-on.ts'
import type { HttpHandler, HttpResponse } from '#http/http-handler.ts'
import {
  cookies,
  formParameters,
  type HttpRequest,
  navigationParameters,
} from '#http/http-request.ts'
import { signedOffPage } from '#http/pages/signed-off-page.ts'
import { requireNavigation } from '#http/require-navigation.ts'

export interface SamlHandlerDeps extends BeginSignOnDeps, CompleteSamlSignOnDeps, SamlLogOutDeps {
  readonly keys: SamlKeys
  /** Where the page posts the ticket. */
  readonly ssoUrl: string
}

/** `/saml/{connection}/…`: what a SAML service provider has towards one identity provider. */
export function samlHandler(deps: SamlHandlerDeps): HttpHandler {
  return async (request) => {
    const connection = request.pathParameters?.['connection'] ?? ''
    switch (request.resource.split('/').at(-1)) {
      case 'metadata':
        return metadata(connection, deps)
      case 'login':
        return login(connection, request, deps)
      case 'acs':
        return assertionConsumer(connection, request, deps)
      case 'slo':
        return singleLogout(connection, request, deps)
      default:
        throw new BrokerError('saml_connection_unknown')
    }
  }
}

/** `GET metadata`: for the provider's administrator to import. */
async function metadata(id: string, deps: SamlHandlerDeps): Promise<HttpResponse> {
  const { connection, scheme } = await findSamlConnection(id, deps)
  const certificates = await samlCertificates(deps.keys, new URL(deps.publicBaseUrl).hostname)
  const own = serviceProvider(deps.publicBaseUrl, connection.id)
  return {
    statusCode: 200,
    headers: {
      'content-type': 'application/samlmetadata+xml',
      'cache-control': 'no-store',
      'x-content-type-options': 'nosniff',
    },
    body: serviceProviderMetadata(own, scheme, certificates),
  }
}

/** `GET login`: a sign-on that begins here. */
async function login(
  connection: string,
  request: HttpRequest,
  deps: SamlHandlerDeps,
): Promise<HttpResponse> {
  requireNavigation(request)
  const { url, binding } = await beginSignOn(connection, deps)
  return movedTo(url, [
    bindingCookie(binding),
    ...surplusCookies(cookies(request)).map(clearBindingCookie),
  ])
}

/** `POST acs`: the provider's page has the browser bring its answer. */
async function assertionConsumer(
  connection: string,
  request: HttpRequest,
  deps: SamlHandlerDeps,
): Promise<HttpResponse> {
  requireNavigation(request)
  // What else stands in the form is outside the signature, and is not looked at (SA-30).
  const form = formParameters(request)
  const { accepted, binding } = await completeSamlSignOn(
    {
      connection,
      samlResponse: only(form, 'SAMLResponse') ?? '',
      relayState: only(form, 'RelayState'),
      cookieHashes: presentedHashes(cookies(request)),
    },
    deps,
  )
  return afterSignOn(request, accepted, { ssoUrl: deps.ssoUrl, ...(binding && { binding }) })
}

/** `GET`, `POST slo`: the provider has the person sign off. */
async function singleLogout(
  connection: string,
  request: HttpRequest,
  deps: SamlHandlerDeps,
): Promise<HttpResponse> {
  const { answerAt } = await samlLogOut(
    {
      connection,
      binding: request.httpMethod === 'POST' ? 'post' : 'redirect',
      parameters: navigationParameters(request),
    },
    deps,
  )
  return answerAt ? movedTo(answerAt, []) : signedOffPage()
}

/** A field that is there once at most (SA-02). */
function only(form: URLSearchParams, name: string): string | undefined {
  const [value, another] = form.getAll(name)
  if (another !== undefined) throw refused('body_invalid')
  return value
}

function movedTo(url: URL, setCookies: string[]): HttpResponse {
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
