import type { EventFields } from './event-log.ts'

/**
 * Every way a request can fail, and what its sender may be told.
 *
 * `message` is public, so it says what to do next and gives nothing away. Whatever helps us goes in
 * {@link BrokerError.detail}, which is logged and never sent. `oauth` is the RFC 6749 error of the
 * token endpoint's answer, `fhir` the `issue.code` of an OperationOutcome.
 */
export const ERRORS = {
  launch_key_unknown: {
    status: 404,
    message:
      'This launch address is not known here. Ask your administrator for the right address of the app.',
  },
  launch_parameter_invalid: {
    status: 400,
    message:
      'The EHR did not send what this app needs to start. Start the app again from the EHR; if it happens again, contact your administrator.',
  },
  launch_issuer_unknown: {
    status: 403,
    message: 'This app is not set up for your EHR. Contact your administrator.',
  },
  link_invalid: {
    status: 403,
    message:
      'The EHR’s link could not be verified. Start the app again from the EHR; if it happens again, contact your administrator.',
  },
  link_expired: {
    status: 400,
    message: 'This link has expired. Start the app again from the EHR.',
  },
  link_used: {
    status: 400,
    message:
      'This link was already used. If the app is open in another window, go on there; if not, start it again from the EHR.',
  },
  navigation_required: {
    status: 403,
    message: 'This address only opens in a browser window. Start the app again from the EHR.',
  },
  state_unknown: {
    status: 400,
    message:
      'This sign-on is not known here, or is no longer kept. Start the app again from the EHR.',
  },
  state_expired: {
    status: 400,
    message: 'This sign-on took too long and has expired. Start the app again from the EHR.',
  },
  state_used: {
    status: 400,
    message:
      'This sign-on was already used. If the app is open in another window, go on there; if not, start it again from the EHR.',
  },
  state_browser_mismatch: {
    status: 403,
    message:
      'This sign-on began in another browser, or this browser does not keep its cookie. Start the app again from the EHR.',
  },
  ticket_unknown: {
    status: 400,
    message:
      'This sign-on is not known here, or is no longer kept. Start the app again from the EHR.',
  },
  ticket_expired: {
    status: 400,
    message: 'This sign-on took too long and has expired. Start the app again from the EHR.',
  },
  ticket_used: {
    status: 400,
    message:
      'This sign-on was already used. If the app is open in another window, go on there; if not, start it again from the EHR.',
  },
  ticket_browser_mismatch: {
    status: 403,
    message:
      'This sign-on began in another browser, or this browser does not keep its cookie. Start the app again from the EHR.',
  },
  authorization_response_invalid: {
    status: 400,
    message: 'The EHR sent an answer that this app cannot use. Start the app again from the EHR.',
  },
  authorization_denied: {
    status: 403,
    message: 'The EHR did not grant access. Start the app again from the EHR.',
  },
  authorization_code_refused: {
    status: 403,
    message: 'The EHR did not accept this sign-on. Start the app again from the EHR.',
  },
  authorization_client_refused: {
    status: 502,
    message: 'The EHR did not accept this app. Contact your administrator.',
  },
  token_response_invalid: {
    status: 502,
    message: 'The EHR sent an answer that this app cannot use. Contact your administrator.',
  },
  id_token_invalid: {
    status: 403,
    message: 'The EHR’s sign-on could not be verified. Contact your administrator.',
  },
  saml_connection_unknown: {
    status: 404,
    message:
      'There is no SAML sign-on at this address. Ask your administrator for the right address of the app.',
  },
  saml_response_invalid: {
    status: 403,
    message:
      'The sign-on of your organization could not be verified. Start the app again; if it happens again, contact your administrator.',
  },
  saml_clock_skew: {
    status: 403,
    message:
      'The sign-on of your organization is not valid at this time. Start the app again; if it happens again, have your administrator check the clock of the sign-on server.',
  },
  saml_replayed: {
    status: 400,
    message:
      'This sign-on was already used. If the app is open in another window, go on there; if not, start it again.',
  },
  saml_unsolicited: {
    status: 403,
    message:
      'This app does not take a sign-on that did not begin here. Ask your administrator for the address that the app starts at.',
  },
  saml_logout_invalid: {
    status: 400,
    message:
      'This sign-off could not be verified. Sign off in the app itself; if it happens again, contact your administrator.',
  },
  saml_authentication_failed: {
    status: 403,
    message:
      'Your organization could not sign you on. Start the app again, and check what you enter.',
  },
  saml_sign_on_needed: {
    status: 403,
    message: 'You are not signed on at your organization. Sign on there, then start the app again.',
  },
  saml_sign_on_denied: {
    status: 403,
    message:
      'Your organization does not allow you to sign on to this app. Contact your administrator.',
  },
  saml_sign_on_failed: {
    status: 502,
    message:
      'The sign-on of your organization failed. Wait a moment, then start the app again; if it happens again, contact your administrator.',
  },
  context_patient_missing: {
    status: 403,
    message: 'The EHR did not say which patient is open. Open a patient, then start the app again.',
  },
  sign_on_mismatch: {
    status: 403,
    message:
      'The EHR opened another person or patient than the sign-on said. Close the other window of the EHR, then start the app again.',
  },
  user_not_patient: {
    status: 403,
    message:
      'This app is for patients and those who care for them. Sign on with your own account of the patient portal.',
  },
  scope_not_granted: {
    status: 403,
    message:
      'The EHR did not grant all that this app needs. Allow it when the EHR asks, or contact your administrator.',
  },
  identity_unknown: {
    status: 502,
    message: 'The EHR did not say who signed on. Wait a moment, then start the app again.',
  },
  discovery_failed: {
    status: 502,
    message: 'The EHR could not be reached. Wait a moment, then start the app again.',
  },
  authorization_server_unsupported: {
    status: 502,
    message:
      'The EHR signs people on in a way that this app does not have. Contact your administrator.',
  },
  authorization_server_unavailable: {
    status: 502,
    message: 'The EHR could not be reached. Wait a moment, then start the app again.',
  },
  sso_destination_unavailable: {
    status: 502,
    message: 'The app could not be reached. Wait a moment, then start it again from the EHR.',
  },
  sso_destination_refused: {
    status: 502,
    message: 'The app did not accept this sign-on. Contact the app’s support.',
  },
  sso_redirect_refused: {
    status: 502,
    message:
      'The app answered with an address that is not registered for it. Contact the app’s support.',
  },
  request_method_invalid: {
    status: 405,
    message: 'This address does not take that method.',
    fhir: 'not-supported',
  },
  request_body_invalid: {
    status: 400,
    message: 'The request’s body or content type is not what this address takes.',
    oauth: 'invalid_request',
    fhir: 'invalid',
  },
  grant_type_unsupported: {
    status: 400,
    message: 'grant_type must be client_credentials.',
    oauth: 'unsupported_grant_type',
  },
  client_assertion_invalid: {
    status: 401,
    message:
      'The client assertion was not accepted. Check its kid, alg, iss, sub, aud, exp and jti against the registration.',
    oauth: 'invalid_client',
  },
  client_keys_unavailable: {
    status: 401,
    message:
      'The client’s keys could not be read from its jwksUri. Check that it answers with a JWK Set, then repeat the request.',
    oauth: 'invalid_client',
  },
  client_scope_invalid: {
    status: 400,
    message: 'The scope asked for is not one that this client is registered for.',
    oauth: 'invalid_scope',
  },
  logout_request_invalid: {
    status: 400,
    message:
      'This is no logout of a provider that this address is for. Check the connection in the address, logout_token, iss and sid.',
    oauth: 'invalid_request',
  },
  logout_token_invalid: {
    status: 400,
    message:
      'The logout token was not accepted. Check its typ, iss, aud, iat, jti, events, sid and sub, and send each token once.',
    oauth: 'invalid_request',
  },
  token_missing: {
    status: 401,
    message: 'Send the app’s access token as Authorization: Bearer. Get one from /auth/token.',
    fhir: 'login',
  },
  token_invalid: {
    status: 401,
    message: 'The access token is not valid here or has expired. Get a new one from /auth/token.',
    fhir: 'login',
  },
  scope_insufficient: {
    status: 403,
    message:
      'The access token’s scope does not cover this request. Ask /auth/token for a scope that does, or for none, which grants system/*.cruds.',
    fhir: 'forbidden',
  },
  session_missing: {
    status: 400,
    message:
      'Name the session in one of three ways: _redox_session=<SessionID> in the query, the header X-Sallyport-Session, or an access token that was asked for with session=<SessionID>.',
    fhir: 'required',
  },
  session_not_granted: {
    status: 400,
    message: 'The session is unknown or has ended. Launch the app again from the EHR.',
    oauth: 'invalid_grant',
  },
  session_conflict: {
    status: 400,
    message: 'The request names more than one session. Send one SessionID.',
    fhir: 'invalid',
  },
  session_over: {
    status: 403,
    message: 'The session is unknown or has ended. Launch the app again from the EHR.',
    fhir: 'expired',
  },
  session_over_repeatedly: {
    status: 429,
    message:
      'The session is unknown or has ended, and repeating the request does not bring it back. Launch the app again from the EHR.',
    fhir: 'throttled',
  },
  system_access_refused: {
    status: 502,
    message:
      'The EHR does not take the app’s own access (SMART Backend Services). Contact the administrator of the connection: another launch does not help.',
    fhir: 'security',
  },
  session_busy: {
    status: 503,
    message: 'The session’s access is being renewed. Repeat the request after a second.',
    fhir: 'transient',
  },
  fhir_path_unknown: {
    status: 404,
    message:
      'No FHIR API is at this path for this session. The form is /fhir/{version}/{organization}/{environment}, case-sensitive, as in Meta.SessionBaseURL.',
    fhir: 'not-found',
  },
  fhir_path_invalid: {
    status: 400,
    message: 'The path has segments that a FHIR path cannot have.',
    fhir: 'invalid',
  },
  fhir_format_unsupported: {
    status: 406,
    message: 'Only JSON is served. Leave _format out or ask for application/fhir+json.',
    fhir: 'not-supported',
  },
  fhir_media_type_unsupported: {
    status: 415,
    message: 'Only JSON is taken, and forms on _search. Send application/fhir+json.',
    fhir: 'not-supported',
  },
  fhir_interaction_unsupported: {
    status: 405,
    message: 'No interaction of FHIR has this method at this path, or none that is served here.',
    fhir: 'not-supported',
  },
  fhir_page_invalid: {
    status: 400,
    message:
      'The link to this page is not one of this session, or is too old. Repeat the search from its first page.',
    fhir: 'expired',
  },
  policy_refused: {
    status: 403,
    message: 'The policy of this connection does not allow the request.',
    fhir: 'forbidden',
  },
  grant_insufficient: {
    status: 403,
    message:
      'The EHR has not granted what this request takes. Ask for the scope in the registry, and launch the app again.',
    fhir: 'forbidden',
  },
  patient_mismatch: {
    status: 403,
    message: 'The request or its answer is about another patient than the one of this session.',
    fhir: 'forbidden',
  },
  patient_unexpected: {
    status: 412,
    message:
      'The patient of this session is not the one in X-Sallyport-Expect-Patient. Nothing was sent to the EHR.',
    fhir: 'conflict',
  },
  patient_identifiers_invalid: {
    status: 400,
    message: 'Name the patient by identifiers that the EHR knows, each with its ID and its IDType.',
  },
  patient_not_found: {
    status: 404,
    message: 'The EHR has no patient with these identifiers.',
  },
  visit_not_found: {
    status: 404,
    message: 'The EHR has no visit of this patient with this number, or in this time.',
  },
  data_model_message_invalid: {
    status: 400,
    message: 'The message is not in the form of its data model.',
  },
  data_model_unsupported: {
    status: 400,
    message: 'This data model and event type are not served here.',
  },
  data_model_write_incomplete: {
    status: 502,
    message:
      'Not all of the message is known to be written. Send it again as it is: what was written is not written twice.',
  },
  data_model_destination_unknown: {
    status: 400,
    message:
      'Meta.Destinations is not the EHR of this session. Name it alone, by the ID that Meta.Source has in the SSO message, or leave it out.',
  },
  data_model_version_unsupported: {
    status: 400,
    message:
      'The Data Model API needs an EHR whose FHIR version is R4 or R4B. Use its FHIR API, which is passed on in any version.',
  },
  request_too_large: {
    status: 413,
    message:
      'The request’s body is larger than what is taken here: 4.4 MB as it is sent, and 16 MB once decompressed.',
    fhir: 'too-long',
  },
  request_loop: {
    status: 508,
    message:
      'The request came from this service itself: the connection’s FHIR base URL leads back here. Correct it in the registry.',
    fhir: 'processing',
  },
  upstream_throttled: {
    status: 503,
    message:
      'The EHR has asked for a pause, or does not answer; nothing was sent to it. Repeat the request after the time in Retry-After.',
    fhir: 'throttled',
  },
  upstream_refused: {
    status: 502,
    message: 'An address that this request needs is not one that may be reached.',
    fhir: 'exception',
  },
  upstream_unavailable: {
    status: 502,
    message: 'The EHR could not be reached. Repeat the request later.',
    fhir: 'transient',
  },
  upstream_interrupted: {
    status: 502,
    message:
      'The EHR ended the connection without an answer. Repeat a read; check before repeating a write.',
    fhir: 'transient',
  },
  upstream_timeout: {
    status: 504,
    message: 'The EHR did not answer in time. Repeat a read; check before repeating a write.',
    fhir: 'timeout',
  },
  upstream_write_refused: {
    status: 502,
    message: 'The EHR did not take what was to be written.',
    fhir: 'processing',
  },
  upstream_not_served: {
    status: 502,
    message: 'The EHR does not let this be read.',
    fhir: 'processing',
  },
  upstream_answer_invalid: {
    status: 502,
    message: 'The EHR sent an answer that is not FHIR in JSON.',
    fhir: 'exception',
  },
  upstream_too_large: {
    status: 502,
    message: 'The EHR’s answer is larger than what is taken here.',
    fhir: 'too-long',
  },
  internal_error: {
    status: 500,
    message:
      'Something went wrong on our side. Try again in a moment; if it happens again, give the reference below to whoever operates this service.',
    oauth: 'server_error',
    fhir: 'exception',
  },
} as const satisfies Record<string, ErrorRow>

interface ErrorRow {
  readonly status: number
  readonly message: string
  readonly oauth?: string
  readonly fhir?: string
}

export type ErrorCode = keyof typeof ERRORS

export interface BrokerErrorOptions extends ErrorOptions {
  /** Context for the log. Never holds a token, a code, or anything about a patient. */
  readonly detail?: EventFields
  /** Added to the public message: names the field at fault. Never holds what the caller sent. */
  readonly hint?: string
  /** Seconds after which a repetition makes sense; sent as `Retry-After`. */
  readonly retryAfterSeconds?: number
  /** With a 405: the methods that the address does take; sent as `Allow`. */
  readonly allow?: readonly string[]
  /** With `scope_insufficient`: the scope that it takes; sent in `WWW-Authenticate`. */
  readonly scope?: string
}

/** The one error this codebase throws on purpose; callers tell cases apart by {@link code}. */
export class BrokerError extends Error {
  override readonly name = 'BrokerError'
  readonly code: ErrorCode
  readonly status: number
  readonly oauthError: string
  readonly issueCode: string
  readonly detail: EventFields
  readonly retryAfterSeconds: number | undefined
  readonly allow: readonly string[] | undefined
  readonly scope: string | undefined
  readonly #options: BrokerErrorOptions

  constructor(code: ErrorCode, options: BrokerErrorOptions = {}) {
    const row: ErrorRow = ERRORS[code]
    super(options.hint ? `${row.message} ${options.hint}` : row.message, { cause: options.cause })
    this.code = code
    this.status = row.status
    this.oauthError = row.oauth ?? 'server_error'
    this.issueCode = row.fhir ?? 'exception'
    this.detail = options.detail ?? {}
    this.retryAfterSeconds = options.retryAfterSeconds
    this.allow = options.allow
    this.scope = options.scope
    this.#options = options
  }

  /** The same error with more to log; what its own detail says stands. */
  about(fields: EventFields): BrokerError {
    return new BrokerError(this.code, { ...this.#options, detail: { ...fields, ...this.detail } })
  }

  /** Passes a `BrokerError` through; anything else was unforeseen and becomes `internal_error`. */
  static from(thrown: unknown): BrokerError {
    return thrown instanceof BrokerError
      ? thrown
      : new BrokerError('internal_error', { cause: thrown })
  }
}
