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
  /** The body is not an SSO message, or has no session where one is required. */
  | 'message_invalid'
  /** The webhook is not from the broker, or was changed. */
  | 'webhook_invalid'
  /** The webhook was good once, or its clock is wrong. */
  | 'webhook_expired'
  /** The token endpoint said no; `status` and `error` are what it said. */
  | 'app_token_refused'
  /** The token endpoint was not reached, or its answer was not understood. */
  | 'app_token_unavailable'
  /** The address is not below the broker's, or the session's: nothing is sent there. */
  | 'address_foreign'
  /** The broker was not reached: a change may have been made, or not. */
  | 'broker_unreachable'
  /** The answer is not what this request is answered with; `status` is its status. */
  | 'answer_invalid'
  /** The answer to a read is an error; a {@link FhirRefusedError}. */
  | 'fhir_refused'
  /** A {@link EhrDownError}. */
  | 'ehr_down'
  | LaunchAgainReason

/** Why nothing but a new launch helps. */
export type LaunchAgainReason =
  /** A {@link SessionOverError}. */
  | 'session_over'
  /** The EHR has not granted what the request takes. */
  | 'grant_insufficient'
  /** The session is of another patient than `expectPatient` says. */
  | 'patient_unexpected'

interface Facts {
  readonly status?: number | undefined
  readonly error?: string | undefined
  readonly retryAfterSeconds?: number | undefined
}

/** What this package throws, or a kind of it. It never holds a token, a secret or a SessionID. */
export class ClientError extends Error {
  override readonly name: string = 'ClientError'
  readonly code: ClientErrorCode
  /** HTTP status of the answer that is meant. */
  readonly status: number | undefined
  /** OAuth error code of the token endpoint's refusal (RFC 6749 §5.2). */
  readonly error: string | undefined
  /** When a repetition makes sense, where that was said in seconds. */
  readonly retryAfterSeconds: number | undefined

  constructor(code: ClientErrorCode, message: string, facts: Facts = {}) {
    super(message)
    this.code = code
    this.status = facts.status
    this.error = facts.error
    this.retryAfterSeconds = facts.retryAfterSeconds
  }
}

/** The request is in vain however often it is repeated: the person launches the app again, from the EHR. */
export class LaunchAgainError extends ClientError {
  override readonly name: string = 'LaunchAgainError'
  declare readonly code: LaunchAgainReason

  /** @param message a sentence for people */
  constructor(reason: LaunchAgainReason, message: string, status?: number) {
    super(reason, message, { status })
  }
}

/** The session has ended, or never was: drop what was kept of it. */
export class SessionOverError extends LaunchAgainError {
  override readonly name: string = 'SessionOverError'

  constructor(status?: number) {
    super('session_over', 'The session is over. Launch the app again from the EHR.', status)
  }
}

/** The EHR does not answer, or asks for a pause; the session lives on. */
export class EhrDownError extends ClientError {
  override readonly name: string = 'EhrDownError'
  /** The request reached the EHR, perhaps: read before a change is repeated. */
  readonly mayBeDone: boolean

  constructor(status: number, retryAfterSeconds?: number) {
    super('ehr_down', 'The EHR does not answer. Try again in a moment.', {
      status,
      retryAfterSeconds,
    })
    this.mayBeDone = status !== 503
  }
}

/** A read was answered by an error that is none of the others, a 404 for example. */
export class FhirRefusedError extends ClientError {
  override readonly name: string = 'FhirRefusedError'
  /** `issue.code` of the OperationOutcome, where there is one. */
  readonly issueCode: string | undefined

  constructor(status: number, issueCode?: string, retryAfterSeconds?: number) {
    super('fhir_refused', `The FHIR request was answered by status ${status}`, {
      status,
      retryAfterSeconds,
    })
    this.issueCode = issueCode
  }
}
