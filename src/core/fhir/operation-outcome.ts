/** The FHIR resource that an error is told in; only the elements that we use. */
export interface OperationOutcome {
  readonly resourceType: 'OperationOutcome'
  readonly issue: readonly {
    readonly severity: 'error'
    readonly code: string
    readonly details: {
      readonly coding?: readonly { readonly system: string; readonly code: string }[]
      readonly text: string
    }
    readonly diagnostics: string
  }[]
}

/** What tells an error of ours from one that the EHR has told. */
const ERROR_SYSTEM = 'urn:sallyport:error'

/**
 * An OperationOutcome with one issue.
 *
 * @param issue.code of FHIR's issue-type value set
 * @param issue.errorCode of our own table, where the error is ours; for programs
 * @param issue.text for people, and says what to do next
 * @param issue.referenceId finds the log line
 */
export function operationOutcome(issue: {
  readonly code: string
  readonly errorCode?: string
  readonly text: string
  readonly referenceId: string
}): OperationOutcome {
  return {
    resourceType: 'OperationOutcome',
    issue: [
      {
        severity: 'error',
        code: issue.code,
        details: {
          ...(issue.errorCode && { coding: [{ system: ERROR_SYSTEM, code: issue.errorCode }] }),
          text: issue.text,
        },
        diagnostics: `Reference: ${issue.referenceId}`,
      },
    ],
  }
}
