import {
  EhrDownError,
  FhirRefusedError,
  LaunchAgainError,
  SessionOverError,
} from './client-error.ts'

/** How the broker's own errors are coded in an OperationOutcome. */
const BROKER_ERRORS = 'urn:sallyport:error'

/** The EHR answered, and with something that does not get better. */
const NOT_DOWN = ['upstream_answer_invalid', 'upstream_too_large', 'upstream_refused']

interface Issue {
  /** Of FHIR's issue-type value set. */
  readonly issueCode?: string
  /** The broker's, where the error is its own. */
  readonly brokerCode?: string
}

/**
 * Passes an answer on, or throws what the whole page has to know. Any other error, of the EHR or the
 * broker, is an answer for whoever asked.
 *
 * @throws SessionOverError, LaunchAgainError, EhrDownError
 */
export async function judgeAnswer(response: Response): Promise<Response> {
  const { status } = response
  if (![403, 412, 429, 502, 503, 504].includes(status)) return response

  const { brokerCode = '' } = await issueOf(response.clone())
  if (brokerCode.startsWith('session_over')) throw new SessionOverError(status)
  if (brokerCode === 'patient_unexpected') {
    const message = 'The session is of another patient. Launch the app again from the chart.'
    throw new LaunchAgainError('patient_unexpected', message, status)
  }
  if (brokerCode === 'grant_insufficient') {
    const message = 'The EHR has not granted what this takes. Launch the app again, and allow it.'
    throw new LaunchAgainError('grant_insufficient', message, status)
  }
  if (status > 500 && !NOT_DOWN.includes(brokerCode)) {
    throw new EhrDownError(status, retryAfterSeconds(response))
  }
  return response
}

/** The error that a read's answer is, for callers that wanted its content. */
export async function refusalOf(response: Response): Promise<FhirRefusedError> {
  const { issueCode } = await issueOf(response)
  return new FhirRefusedError(response.status, issueCode, retryAfterSeconds(response))
}

async function issueOf(response: Response): Promise<Issue> {
  const outcome = (await response.json().catch(() => undefined)) as Outcome | undefined
  const issue = outcome?.issue?.[0]
  const coding = issue?.details?.coding?.find(({ system }) => system === BROKER_ERRORS)
  return {
    ...(issue?.code !== undefined && { issueCode: issue.code }),
    ...(coding?.code !== undefined && { brokerCode: coding.code }),
  }
}

interface Outcome {
  readonly issue?: readonly {
    readonly code?: string
    readonly details?: { readonly coding?: readonly { system?: string; code?: string }[] }
  }[]
}

/** Of both forms that RFC 9110 §10.2.3 has, the number. */
function retryAfterSeconds({ headers }: Response): number | undefined {
  const value = headers.get('retry-after') ?? ''
  return /^\d{1,9}$/.test(value) ? Number(value) : undefined
}
