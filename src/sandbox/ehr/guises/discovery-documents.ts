import { smartConfiguration } from '#sandbox/ehr/smart-configuration.ts'
import { json } from '#sandbox/web/respond.ts'
import type { Guise } from './guise.ts'

const UNAUTHORIZED = { 'www-authenticate': 'Bearer realm="Sandbox EHR"' }

/**
 * Answers a request for one of the documents by which the vendor's server is found; `undefined` for
 * any other request.
 */
export function discoveryDocument(
  request: Request,
  {
    guise: { discovery = {}, authorization, idToken },
    issuer,
    fhirBaseUrl,
    scopes,
  }: {
    readonly guise: Guise
    readonly issuer: string
    readonly fhirBaseUrl: string
    readonly scopes: readonly string[]
  },
): Response | undefined {
  const { pathname, origin } = new URL(request.url)
  const fhirPath = new URL(fhirBaseUrl).pathname
  const where = discovery.smartConfiguration ?? fhirPath
  if (pathname.endsWith('/.well-known/smart-configuration')) {
    if (where === 'closed') return json({}, 401, UNAUTHORIZED)
    const folder = `${where}`.replace(/\/$/, '')
    if (pathname !== `${folder}/.well-known/smart-configuration`) return json({}, 404)
    const whole = smartConfiguration(issuer, scopes)
    const isOurClient = !discovery.needsHeader || request.headers.has(discovery.needsHeader)
    return json(
      Object.fromEntries(
        Object.entries({
          ...whole,
          capabilities: [...whole.capabilities, ...(discovery.capabilities ?? [])],
          ...endpoints(
            isOurClient ? issuer : `${issuer}/of-another-client`,
            discovery,
            authorization,
          ),
        }).filter(([name]) => !discovery.omits?.includes(name)),
      ),
    )
  }
  if (pathname === `${fhirPath}/metadata` && discovery.metadata === 'closed') {
    return json({}, 401, UNAUTHORIZED)
  }
  if (pathname.endsWith('/.well-known/openid-configuration')) {
    if (discovery.openidConfiguration === 'none') return json({}, 404)
    if (discovery.openidConfiguration === 'token-issuer') {
      const own = (idToken?.issuer ?? '').replace('{issuer}', issuer)
      return `${origin}${pathname}` === `${own}.well-known/openid-configuration`
        ? json({ issuer: own, jwks_uri: `${issuer}/jwks`, token_endpoint: own })
        : json({}, 404)
    }
  }
  return undefined
}

function endpoints(
  issuer: string,
  { extraSlash }: NonNullable<Guise['discovery']>,
  authorization: Guise['authorization'],
) {
  const end = extraSlash ? '/' : ''
  const query = authorization?.query ? `?${authorization.query}` : ''
  return {
    authorization_endpoint: `${issuer}/auth${end}${query}`,
    token_endpoint: `${issuer}/token${end}`,
  }
}
