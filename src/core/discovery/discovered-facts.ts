import { ENDPOINTS } from './authorization-server.ts'

/** What one document says of an authorization server. */
export interface DiscoveredFacts {
  /** Absent where the document names none: SMART does so only where it signs people in. */
  readonly issuer?: string
  readonly endpoints: Readonly<Partial<Record<(typeof ENDPOINTS)[number], string>>>
  /** Whatever else it says, by its own names. */
  readonly features: Readonly<Record<string, unknown>>
}

/** An address in a document that is none, or that nobody should be sent to. */
export class EndpointError extends Error {
  readonly parameter: string

  constructor(parameter: string) {
    super('not_a_url')
    this.parameter = parameter
  }
}

/** Members that steer a flow, or that SMART has kept, with what they must be. The rest is nobody's business. */
const FEATURES: Readonly<Record<string, 'flag' | 'list' | 'text' | 'object'>> = {
  authorization_response_iss_parameter_supported: 'flag',
  require_pushed_authorization_requests: 'flag',
  capabilities: 'list',
  code_challenge_methods_supported: 'list',
  dpop_signing_alg_values_supported: 'list',
  grant_types_supported: 'list',
  id_token_signing_alg_values_supported: 'list',
  // Where a person sees what they allowed; nothing is ever fetched there.
  management_endpoint: 'text',
  response_modes_supported: 'list',
  scopes_supported: 'list',
  token_endpoint_auth_methods_supported: 'list',
  token_endpoint_auth_signing_alg_values_supported: 'list',
  user_access_brand_bundle: 'text',
  user_access_brand_identifier: 'object',
}

const TYPES = { flag: 'boolean', list: 'array', text: 'string', object: 'object' } as const

/**
 * Reads a metadata document's members; what is of another type than it must be counts as not said.
 *
 * @param base relative endpoints are resolved against it, as SMART allows (SM-10)
 * @throws EndpointError
 */
export function factsOf(
  document: Readonly<Record<string, unknown>>,
  base: string,
): DiscoveredFacts {
  const endpoints = ENDPOINTS.flatMap((name): [string, string][] => {
    const value = document[name]
    return typeof value === 'string' && value !== '' ? [[name, endpoint(name, value, base)]] : []
  })
  const features = Object.entries(FEATURES).flatMap(([name, type]): [string, unknown][] => {
    const value = document[name]
    if (Array.isArray(value)) {
      return type === 'list' ? [[name, value.filter((one) => typeof one === 'string')]] : []
    }
    return value !== null && typeof value === TYPES[type] ? [[name, value]] : []
  })
  const { issuer } = document
  return {
    ...(typeof issuer === 'string' && issuer !== '' && { issuer }),
    endpoints: Object.fromEntries(endpoints),
    features: Object.fromEntries(features),
  }
}

/** https, as the FHIR base is; http only where that is http too, on loopback. */
function endpoint(name: string, value: string, base: string): string {
  const url = URL.parse(value, `${base}/`)
  const { protocol } = new URL(base)
  if (!url || url.hash || url.username || !['https:', protocol].includes(url.protocol)) {
    throw new EndpointError(name)
  }
  return url.href
}
