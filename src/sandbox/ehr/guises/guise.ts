/** A body as the token endpoint answers it. */
export type TokenBody = Readonly<Record<string, unknown>>

/**
 * How the sandbox takes on a vendor's ways: what it publishes where, what it insists on, and how it
 * answers. Written from what the vendors say of their servers, not from what a broker does about it, so
 * that the two can disagree.
 */
export interface Guise {
  readonly discovery?: {
    /** Path of smart-configuration's folder on this host; `none` answers 404, `closed` 401. */
    readonly smartConfiguration?: `/${string}` | 'none' | 'closed'
    readonly metadata?: 'open' | 'closed'
    /** Members that smart-configuration lacks. */
    readonly omits?: readonly string[]
    readonly capabilities?: readonly string[]
    /** A header without which the endpoints named are of nobody's client. */
    readonly needsHeader?: string
    /** Endpoints are published with a slash that they do not have. */
    readonly extraSlash?: boolean
    /** Where openid-configuration is: below the OAuth issuer unless the ID token has one of its own. */
    readonly openidConfiguration?: 'none' | 'token-issuer'
  }
  readonly authorization?: {
    /** Form of the FHIR base in the request: without or with a final slash, or not there at all. */
    readonly audience?: 'without-slash' | 'absent' | 'any'
    readonly audienceParameter?: 'aud' | 'audience'
    /** Parameters that must have these values. */
    readonly requires?: Readonly<Record<string, string>>
    readonly pkce?: 'optional' | 'refused'
    readonly minStateLength?: number
    /** A scope that is refused, and with it the request. */
    readonly refusesScope?: RegExp
    /** Scopes that are left out of the grant without a word. */
    readonly dropsScope?: RegExp
    /** No EHR launches: the person comes by themselves, and may be a patient. */
    readonly standalone?: 'clinician' | 'patient'
    /** The query that the published endpoint has already. */
    readonly query?: string
  }
  readonly client?: {
    /** Basic credentials are as they are, and not form-encoded. */
    readonly rawBasic?: boolean
    /** The token request must have, or must not have, `client_id` beside another authentication. */
    readonly clientIdInBody?: 'required' | 'refused'
  }
  readonly idToken?: {
    /** The issuer it has; `{issuer}` and `{fhir_base}` stand for these. */
    readonly issuer?: string
    /** `fhirUser` is relative, or is called `profile`. */
    readonly fhirUser?: 'relative' | 'profile'
    readonly none?: boolean
  }
  readonly token?: {
    readonly accessTokenSeconds?: number
    /** The context: in the response, in claims of a JWT access token, or not at all. */
    readonly context?: 'response' | { readonly claim: string } | 'none' | 'on-refresh'
    /** Bends a good answer, or an error, into the vendor's form. */
    readonly answer?: (body: TokenBody, isRefresh: boolean) => TokenBody
    readonly error?: (body: TokenBody) => { readonly status?: number; readonly body: TokenBody }
  }
  readonly refresh?: {
    /** The token stays the same; rotating otherwise. */
    readonly keepsToken?: boolean
    /** Parameters that a refresh must have. */
    readonly requires?: readonly string[]
    readonly none?: boolean
  }
  readonly fhir?: {
    readonly requiresQuery?: { readonly name: string; readonly value: string }
    readonly accept?: string
  }
}
