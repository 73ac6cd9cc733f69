import { randomBytes } from 'node:crypto'
import { type MintedBinding, mintBinding } from '#core/launch/browser-binding.ts'
import { launchIdOf } from '#core/launch/launch-id.ts'
import type { OfLaunch, OneTimeStore } from '#core/launch/one-time-store.ts'
import { bearerHash, sealUnder } from '#core/launch/seal-under.ts'
import { Secret } from '#core/secret.ts'
import type { SignRsaSha256 } from './certificate.ts'
import { type FindSamlConnectionDeps, findSamlConnection } from './find-saml-connection.ts'
import { BINDING, NS } from './names.ts'
import { redirectUrl } from './redirect-binding.ts'
import { type ServiceProvider, serviceProvider } from './saml-settings.ts'
import { samlTime } from './saml-time.ts'
import { type Markup, xml } from './write-xml.ts'

/** As long as an OAuth launch: people look for their second factor. */
const REQUEST_LIFETIME_SECONDS = 600

/** An AuthnRequest while the browser is away at the provider: all of it that is kept. */
export interface SamlRequestClear extends OfLaunch {
  readonly connection: string
  readonly app: string
}

export interface BeginSignOnDeps extends FindSamlConnectionDeps {
  readonly requests: OneTimeStore<SamlRequestClear>
  readonly sign: SignRsaSha256
  /** `PUBLIC_BASE_URL` */
  readonly publicBaseUrl: string
}

/**
 * Sends a browser to its identity provider with a signed request, whose random id is kept for this
 * browser alone: who answers it must come back in it (SA-01).
 *
 * @throws BrokerError `saml_connection_unknown`
 * @see [SAML 2.0 Profiles §4.1.4.1](https://docs.oasis-open.org/security/saml/v2.0/saml-profiles-2.0-os.pdf)
 */
export async function beginSignOn(
  connectionId: string,
  deps: BeginSignOnDeps,
): Promise<{ readonly url: URL; readonly binding: MintedBinding }> {
  const startedAt = performance.now()
  const { now, requests, sign, log } = deps
  const { connection, scheme } = await findSamlConnection(connectionId, deps)
  const own = serviceProvider(deps.publicBaseUrl, connection.id)

  const id = `_${randomBytes(32).toString('base64url')}`
  const keyHash = bearerHash(new Secret(id))
  const launchId = launchIdOf(keyHash)
  const binding = mintBinding(keyHash)
  await requests.put(keyHash, {
    browser: { cookieName: binding.cookieName, cookieHash: binding.cookieHash },
    createdAt: now(),
    expiresAt: now() + REQUEST_LIFETIME_SECONDS,
    sealed: sealUnder(new Secret(id), 'saml', {}),
    clear: { launchId, connection: connection.id, app: connection.app },
  })
  const request = authnRequest(id, own, scheme.idp.ssoUrl, samlTime(now()))
  const url = await redirectUrl(scheme.idp.ssoUrl, 'SAMLRequest', request, launchId, sign)
  log.info('launch_begun', {
    launchId,
    connection: connection.id,
    app: connection.app,
    durationMs: Math.round(performance.now() - startedAt),
  })
  return { url, binding }
}

function authnRequest(
  id: string,
  own: ServiceProvider,
  destination: string,
  issueInstant: string,
): Markup {
  return xml`<samlp:AuthnRequest xmlns:samlp="${NS.protocol}" ID="${id}" Version="2.0" IssueInstant="${issueInstant}" Destination="${destination}" AssertionConsumerServiceURL="${own.acsUrl}" ProtocolBinding="${BINDING.post}"><saml:Issuer xmlns:saml="${NS.assertion}">${own.entityId}</saml:Issuer></samlp:AuthnRequest>`
}
