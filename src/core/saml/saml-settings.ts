/** The identity provider, as its metadata describes it. */
export interface SamlIdentityProvider {
  readonly entityId: string
  /** Takes AuthnRequests by the redirect binding. */
  readonly ssoUrl: string
  /** Takes LogoutResponses, by the redirect binding. */
  readonly sloUrl?: string
  /** Base64 of the DER; any of them may have signed, so that a provider can change its key. */
  readonly certificates: readonly string[]
  /** After this time the metadata is to be imported again (ISO 8601). */
  readonly metadataValidUntil?: string
}

/** What a SAML connection is set to. */
export interface SamlSettings {
  readonly idp: SamlIdentityProvider
  /** Whether the provider may send a sign-on that nobody asked for here. */
  readonly idpInitiated?: boolean
  /** What must be signed; absent: the assertion, or the response around it. */
  readonly signed?: 'assertion' | 'response' | 'both'
  /** An assertion that is not encrypted is refused. */
  readonly encrypted?: boolean
  /** Signatures with SHA-1 are taken, which is said in the log each time. */
  readonly allowSha1?: boolean
}

/** What this broker is to one identity provider: a service provider a connection. */
export interface ServiceProvider {
  /** The address of its metadata. */
  readonly entityId: string
  readonly acsUrl: string
  readonly sloUrl: string
}

/** @param base `PUBLIC_BASE_URL` */
export function serviceProvider(base: string, connection: string): ServiceProvider {
  const own = `${base}/saml/${connection}`
  return { entityId: `${own}/metadata`, acsUrl: `${own}/acs`, sloUrl: `${own}/slo` }
}
