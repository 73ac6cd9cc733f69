/** Where an authorization server says what it is. */
type DiscoveryStep =
  /** `.well-known/smart-configuration` below the FHIR base. */
  | 'smart-configuration'
  /** The `oauth-uris` extension of the CapabilityStatement: SMART before 2.0. */
  | 'capability-statement'
  /** `.well-known/openid-configuration` below the issuer, which OpenID Connect appends. */
  | 'openid-configuration'
  /** `.well-known/oauth-authorization-server`, which RFC 8414 puts before the issuer's path. */
  | 'oauth-authorization-server'
  /** What the connection's `authorizationServer` says. */
  | 'registered'

/** How the client of a registration can prove itself. */
type ClientAuthenticationMethod =
  | 'none'
  | 'client_secret_basic'
  | 'client_secret_post'
  | 'private_key_jwt'

/** Where the id of the patient in context may be, beside the token response's `patient`. */
type PatientSource =
  | 'response'
  /** The ID token's `fhirUser`, if it is a Patient: a patient who launched for themselves. */
  | 'fhir-user'
  /** The one Patient that the token lets us find. */
  | 'search'
  /** A claim of the access token, which is then a JWT. Nothing else ever decodes one. */
  | `access-token:${string}`

/**
 * What an authorization server and its FHIR server may do differently. Each field has a default;
 * a vendor's file says where it departs, and a connection may override any of them.
 */
export interface VendorBehavior {
  /** Documents to read, the first that has both endpoints winning; the rest fill what it lacks. */
  readonly discoveryOrder: readonly DiscoveryStep[]
  /** Path on the FHIR base's host that the documents stand below; empty for the FHIR base itself. */
  readonly discoveryPath: string
  /** Headers of discovery requests. `{client_id}` stands for the registration's. */
  readonly discoveryHeaders: Readonly<Record<string, string>>
  /**
   * Issuers that an ID token may have beside the discovered one. `{issuer}`, `{fhir_base}` stand for
   * these; `{tenantid}` for the token's claim `tid`; `*` for one path segment.
   */
  readonly issuerAliases: readonly string[]
  /** Where the ID token's keys are: at the discovered `jwks_uri`, or where the ID token's issuer says. */
  readonly idTokenKeys: 'metadata' | 'token-issuer'
  /** Whether an ID token is demanded and checked where `openid` is asked for, or never looked at. */
  readonly idToken: 'checked' | 'ignored'
  readonly idTokenAlgorithms: readonly string[]

  /** The FHIR base as it is sent along: the launch's `iss` byte for byte, changed, not at all, or this URL. */
  readonly audience:
    | 'as-received'
    | 'without-slash'
    | 'with-slash'
    | 'omitted'
    | `http${string}://${string}`
  readonly audienceParameter: 'aud' | 'audience' | 'resource'
  /** How the browser takes the authorization request: by its URL, or by a form where that is long. */
  readonly authorizeMethod: 'get' | 'post-when-long'
  /** Parameters added to the authorization request. */
  readonly authorizeParameters: Readonly<Record<string, string>>
  readonly responseType: 'code' | 'code id_token'
  /** `response_mode`; empty sends none. */
  readonly responseMode: '' | 'query' | 'form_post'
  /** Whether a final slash of a published endpoint is part of it. */
  readonly endpointSlash: 'kept' | 'removed'
  readonly pkce: 'S256' | 'none'
  /** Whether the authorization request is pushed where the server says that it takes it so (RFC 9126). */
  readonly pushedRequests: 'by-discovery' | 'none'
  /** Whether tokens are bound to a key of the session where the server says that it does so (RFC 9449). */
  readonly dpop: 'by-discovery' | 'none'
  /** Sent and demanded back, sent only, or not sent. */
  readonly nonce: 'checked' | 'sent' | 'none'

  /** Resource scopes rewritten to one version of SMART's grammar, or sent as they are configured. */
  readonly scopeVersion: 'as-configured' | 'v1' | 'v2'
  /** Whether a resource scope may have `*` for its type. */
  readonly scopeWildcards: boolean
  readonly scopesAdded: readonly string[]
  readonly scopesRemoved: readonly string[]
  /** All of them, those of identity only (the rest is ticked in the vendor's portal), or an empty list. */
  readonly scopesSent: 'all' | 'identity' | 'none'
  /** `patient/X.read` as it is, or `patient.X.read`, or `<audience>/patient$X.read`. */
  readonly scopeForm: 'plain' | 'dots' | 'dollar'

  /** Methods that the server takes. */
  readonly clientAuthentication: readonly ClientAuthenticationMethod[]
  /** Basic credentials form-encoded, as RFC 6749 §2.3.1 says, or as they are. */
  readonly basicEncoding: 'form' | 'raw'
  /** Whether `client_id` is in the body of public clients only, or of all. */
  readonly clientIdInBody: 'public' | 'always'
  /** `aud` of client assertions. */
  readonly assertionAudience: 'token-endpoint' | 'issuer' | 'fhir-base'
  /** What client assertions are signed with: the algorithm of the stack's first key, or this one. */
  readonly assertionAlgorithm: 'any' | 'RS384' | 'ES384'

  /** Words for Bearer that this server has of its own. */
  readonly tokenTypeAliases: readonly string[]
  /** The member of the token endpoint's answer that the response is in; empty for the answer itself. */
  readonly tokenResponseMember: string
  /** Life of an access token that comes without one, in seconds. */
  readonly defaultTokenSeconds: number
  /** How long before its end a token is renewed, in seconds; never more than half its life. */
  readonly refreshMarginSeconds: number
  /** What a refresh request says beside the token. */
  readonly refreshParameters: readonly ('scope' | 'redirect_uri')[]
  /** What presenting a refresh token for a second time does. */
  readonly refreshReuse: 'revokes' | 'tolerated' | 'unknown'
  /** Errors of a refresh that end the grant, beside `invalid_grant`. */
  readonly refreshFatalErrors: readonly string[]

  /** Where the patient in context is found, in this order. */
  readonly patientSources: readonly PatientSource[]
  /** Where it is found who signed on. */
  readonly userSource: 'id-token' | 'userinfo' | 'request'

  /** Headers of every FHIR request. `{name}` stands for a member of the token response. */
  readonly fhirHeaders: Readonly<Record<string, string>>
  /** Query parameters of every FHIR request, likewise; `next` links get them too. */
  readonly fhirQuery: Readonly<Record<string, string>>
  /** Hosts (`host[:port]`), beside the FHIR base's own, that links to further pages may name. */
  readonly pagingHosts: readonly string[]
}

/** SMART with the launch context; OpenID Connect without it; OAuth 2.0 without ID tokens as well. */
export type VendorKind = 'smart' | 'oidc' | 'oauth2'

/** What a vendor's file says: where it departs from the defaults of its kind. */
export interface VendorData {
  readonly id: string
  readonly label: string
  readonly kind: VendorKind
  readonly departures: Partial<VendorBehavior>
}

/** A profile as the flow uses it, every field decided. */
export interface VendorProfile extends VendorBehavior {
  readonly id: string
  readonly kind: VendorKind
}

/**
 * An EHR of which nothing is known but that it says it is SMART.
 *
 * @see [SMART App Launch 2.2](https://hl7.org/fhir/smart-app-launch/app-launch.html)
 */
const SMART: VendorBehavior = {
  discoveryOrder: [
    'smart-configuration',
    'capability-statement',
    'openid-configuration',
    'registered',
  ],
  discoveryPath: '',
  discoveryHeaders: {},
  issuerAliases: [],
  idTokenKeys: 'metadata',
  idToken: 'checked',
  idTokenAlgorithms: ['RS256', 'RS384', 'ES256', 'ES384'],

  audience: 'as-received',
  audienceParameter: 'aud',
  authorizeMethod: 'get',
  authorizeParameters: {},
  responseType: 'code',
  responseMode: '',
  endpointSlash: 'kept',
  pkce: 'S256',
  pushedRequests: 'by-discovery',
  dpop: 'by-discovery',
  nonce: 'checked',

  scopeVersion: 'as-configured',
  scopeWildcards: true,
  scopesAdded: [],
  scopesRemoved: [],
  scopesSent: 'all',
  scopeForm: 'plain',

  clientAuthentication: ['none', 'client_secret_basic', 'client_secret_post', 'private_key_jwt'],
  basicEncoding: 'form',
  clientIdInBody: 'public',
  assertionAudience: 'token-endpoint',
  assertionAlgorithm: 'any',

  tokenTypeAliases: [],
  tokenResponseMember: '',
  defaultTokenSeconds: 3_600,
  refreshMarginSeconds: 60,
  refreshParameters: [],
  refreshReuse: 'unknown',
  refreshFatalErrors: [],

  patientSources: ['response', 'fhir-user'],
  userSource: 'id-token',

  fhirHeaders: {},
  fhirQuery: {},
  pagingHosts: [],
}

/** An OpenID provider that knows nothing of SMART: no `aud`, no launch, no patient. */
const OIDC: VendorBehavior = {
  ...SMART,
  discoveryOrder: ['openid-configuration', 'oauth-authorization-server', 'registered'],
  audience: 'omitted',
  patientSources: [],
}

/** An authorization server that signs nobody on: who it was is asked of it with the token. */
const OAUTH2: VendorBehavior = {
  ...OIDC,
  discoveryOrder: ['registered', 'oauth-authorization-server'],
  idToken: 'ignored',
  userSource: 'userinfo',
}

/** What holds where neither a vendor's file nor a connection says otherwise. */
export const DEFAULTS: Readonly<Record<VendorKind, VendorBehavior>> = {
  smart: SMART,
  oidc: OIDC,
  oauth2: OAUTH2,
}
