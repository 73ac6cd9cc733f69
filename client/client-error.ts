/** What a caller may choose on. */
export type ClientErrorCode =
  /** There is no bearer token in the `Authorization` header. */
  | 'token_missing'
  /** The token is not from the broker, or not for this app. */
  | 'token_invalid'
  /** The token was good once. */
  | 'token_expired'
  /** Token and body are not about the same person. */
  | 'subject_mismatch'
  /** The body is not an SSO message with a session. */
  | 'message_invalid'
  /** The webhook is not from the broker, or was changed. */
  | 'webhook_invalid'
  /** The webhook was good once, or its clock is wrong. */
  | 'webhook_expired'
  /** The token endpoint said no; `status` and `error` are what it said. */
  | 'app_token_refused'
  /** The token endpoint was not reached, or its answer was not understood. */
  | 'app_token_unavailable'

/** The one error of this package. It never holds a token, a secret or a SessionID. */
export class ClientError extends Error {
  override readonly name = 'ClientError'
  readonly code: ClientErrorCode
  /** HTTP status of the token endpoint's refusal. */
  readonly status: number | undefined
  /** OAuth error code of the token endpoint's refusal (RFC 6749 §5.2). */
  readonly error: string | undefined

  constructor(
    code: ClientErrorCode,
    message: string,
    refusal: { readonly status?: number; readonly error?: string | undefined } = {},
  ) {
    super(message)
    this.code = code
    this.status = refusal.status
    this.error = refusal.error
  }
}
